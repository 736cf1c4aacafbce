import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { testCache } from './engine-weights.ts';

/** The wheel embeds llama.cpp's own HTTP server. */
const requirement = 'xllamacpp==2026.10.11549';
const run = promisify(execFile);

export interface LlamaServer {
  /** `http://127.0.0.1:port`. */
  readonly address: string;
  stop(): void;
}

/** Starts llama.cpp's own server on a GGUF file; `templateFile` takes the place of the file's own chat template. */
export async function startLlamaServer(modelPath: string, templateFile?: string): Promise<LlamaServer> {
  const environment = join(testCache, 'test-server');
  const python = join(environment, 'bin', 'python');
  if (!existsSync(python)) await run('python3', ['-m', 'venv', environment]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', requirement]);
  const script = join(import.meta.dirname, 'openai-server.py');
  const given = templateFile === undefined ? [] : [templateFile];
  const server: ChildProcess = spawn(python, [script, modelPath, ...given], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: server.stdout! }))
    if (line.startsWith('http'))
      return {
        address: line,
        stop: () => {
          server.stdin?.end();
          server.kill();
        },
      };
  throw new Error('The test server ended without an address');
}

/** The prompt that the server itself makes of messages. */
export async function renderedByServer({ address }: LlamaServer, messages: unknown): Promise<string> {
  const response = await fetch(`${address}/apply-template`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages }),
  });
  const body = (await response.json()) as { prompt?: string };
  if (!response.ok || body.prompt === undefined) throw new Error(JSON.stringify(body));
  return body.prompt;
}
