import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../dist/cli/main.js');

/** A process that printed its address. */
export interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has printed to standard error so far. */
  readonly log: () => string;
  /** Ends it, and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the mock upstream. */
export function startUpstream(): Promise<Served> {
  return start([join(import.meta.dirname, 'mock-upstream.mjs')], tmpdir());
}

/** Starts the server that runs a specialist. */
export function startSpecialistServer(): Promise<Served> {
  return start([join(import.meta.dirname, 'specialist-server.mjs')], tmpdir());
}

/** A workspace of a test; remove it with `remove`. */
export function createWorkspace(config: object): {
  readonly dir: string;
  write(config: object): void;
  remove(): void;
} {
  const dir = mkdtempSync(join(tmpdir(), 'stepdown-gateway-'));
  // YAML is a superset of JSON.
  const write = (value: object) =>
    writeFileSync(join(dir, 'stepdown.yaml'), JSON.stringify({ serve: value }));
  write(config);
  return { dir, write, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Starts a gateway. */
export function startGateway(
  dir: string,
  options: { readonly argv?: readonly string[]; readonly environment?: Record<string, string> } = {},
): Promise<Served> {
  const argv = [program, 'serve', '--config', join(dir, 'stepdown.yaml')];
  return start([...argv, '--port', '0', '--json', ...(options.argv ?? [])], dir, options.environment);
}

function start(argv: string[], cwd: string, environment: Record<string, string> = {}): Promise<Served> {
  const child = spawn(process.execPath, argv, {
    cwd,
    env: { ...process.env, DATABASE_URL: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let log = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  return new Promise((resolve, reject) => {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      // An error is printed over several lines, and the process ends after it.
      const line = /^\{"url":.*\}$/m.exec(output);
      if (line === null) return;
      resolve({
        url: (JSON.parse(line[0]) as { url: string }).url,
        child,
        log: () => log,
        stop: signal => {
          child.kill(signal ?? 'SIGTERM');
          return ended;
        },
      });
    });
    void ended.then(code => reject(new Error(`the process ended with ${code}: ${output}${log}`)));
  });
}

/** Sends a chat request. */
export function chat(url: string, body: object, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], ...body }),
    ...init,
    headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string> | undefined) },
  });
}

/** What was captured of a request, as the command line lists it. */
export function capturedOf(workspaceDir: string, response: Response): Record<string, unknown> {
  const text = execFileSync(process.execPath, [program, 'captures', 'list', '--json'], {
    cwd: workspaceDir,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: '' },
  });
  const { captures } = JSON.parse(text) as { captures: { capture: Record<string, unknown> }[] };
  const id = response.headers.get('x-request-id');
  return captures.find(({ capture }) => capture['id'] === id)!.capture;
}
