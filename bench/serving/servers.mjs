/** The two servers that are compared, each a process of its own that ends with the bench. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The wheel embeds llama.cpp's own HTTP server; the model tests use the same. */
const requirement = 'xllamacpp==2026.10.11549';

const children = [];

/** Ends both servers. */
export function stopServers() {
  for (const child of children.splice(0)) {
    child.stdin.end();
    child.kill('SIGTERM');
  }
}

/** Starts a server; gives its process and the address in the first line that `addressOf` finds one in. */
async function start(command, parameters, { log, ...options }, addressOf) {
  // Neither server's log may cost the terminal's time.
  const child = spawn(command, parameters, { stdio: ['pipe', 'pipe', openSync(log, 'w')], ...options });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = addressOf(line);
    if (url) {
      child.stdout.resume();
      return { url, pid: child.pid };
    }
  }
  throw new Error(`${command} ended without an address:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

/**
 * Our gateway with the aliases `score` and `generate`.
 * @param folders of specialists, by alias
 */
export function startGateway(main, scratch, { folders, manifest, data, sequences }) {
  const alias = specialist => ({ kind: 'specialist', specialist });
  const config = {
    name: manifest.name,
    task: { kind: 'classify', labels: manifest.task.labels, instruction: '-' },
    data: { sources: [{ file: resolve(data) }] },
    model: manifest.base.reference,
    serve: {
      aliases: { score: alias(folders.score), generate: alias(folders.generate) },
      capture: { content: 'none', mode: 'batched' },
      limits: { sequences, queue: 1024 },
    },
  };
  const file = join(scratch, 'stepdown.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  return start(
    process.execPath,
    [main, 'serve', '--config', file, '--port', '0', '--json'],
    { cwd: scratch, log: join(scratch, 'gateway.log') },
    line => (line.startsWith('{') ? JSON.parse(line).url : null),
  );
}

/** llama.cpp's own server on the same file. */
export function startLlamaServer(environment, scratch, { file, threads, sequences }) {
  const script = join(import.meta.dirname, 'llama-server.py');
  return start(
    pythonOf(environment),
    [script, file, String(threads), String(sequences), '512'],
    { log: join(scratch, 'llama-server.log') },
    line => (line.startsWith('http') ? line.trim() : null),
  );
}

/** The interpreter of an environment that has the server; makes the environment where it is missing. */
function pythonOf(environment) {
  const python = join(environment, 'bin', 'python');
  const run = (command, parameters) => {
    const { status } = spawnSync(command, parameters, { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${status}`);
  };
  if (!existsSync(python)) run('python3', ['-m', 'venv', environment]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', requirement]);
  return python;
}
