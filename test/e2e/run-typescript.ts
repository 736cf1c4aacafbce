import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const prelude = `
import { register } from 'node:module';
register(${JSON.stringify(new URL('scripts/typescript-loader.mjs', root).href)});
const load = path => import(new URL(path, ${JSON.stringify(root.href)}).href);
const report = value => process.stdout.write(JSON.stringify(value));
`;

/** Starts a Node process of its own on a script, which has `load(source path)` and `report(value)`. */
export function startTypescript(script: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', prelude + script], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs a script to its end and gives what it reported. */
export async function runTypescript(script: string): Promise<unknown> {
  const child = startTypescript(script);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>(ended => child.on('close', ended));
  if (code !== 0) throw new Error(`the process ended with ${code}: ${output}`);
  return JSON.parse(output);
}
