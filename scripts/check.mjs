/**
 * `npm run check`: format, lint, types, layers, unused code, generated docs, unit tests.
 * Two at a time; output only of what failed.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';

const bin = name => join(root, 'node_modules', '.bin', name);
const node = script => [process.execPath, [join(root, 'scripts', script)]];

/** Longest first, so that the end is not one slow straggler. */
const steps = {
  'unit tests': [bin('vitest'), ['run', '--project', 'unit', '--reporter=default']],
  types: [bin('tsc'), ['--noEmit', '-p', 'tsconfig.json']],
  'reference docs': [process.execPath, [join(root, 'scripts', 'reference-docs.mjs'), '--check']],
  layers: node('check-layers.mjs'),
  'unused code': [bin('knip'), []],
  'format and lint': [bin('biome'), ['ci', '.']],
};

function run([command, args]) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    child.on('close', code => resolve({ code, output }));
    child.on('error', error => resolve({ code: 1, output: String(error) }));
  });
}

let failed = 0;
const queue = Object.entries(steps);
async function worker() {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [name, command] = next;
    const began = performance.now();
    const { code, output } = await run(command);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
    if (code !== 0) {
      failed++;
      process.stdout.write(`${output}\n`);
    }
  }
}
await Promise.all([worker(), worker()]);
process.exit(failed === 0 ? 0 : 1);
