/**
 * How many of the labels that an audit's linear model disputes are wrong: none changed, a tenth, and a fifth, on draws
 * of several sizes. What `decide --data` takes for the agreement of people rests on it.
 *
 *   node bench/label-doubts.mjs FILE.jsonl 600,1500,4000,10003
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

register('../scripts/typescript-loader.mjs', import.meta.url);
const { createRandom } = await import('../src/stats/random/random.ts');
const { shuffle } = await import('../src/stats/random/shuffle.ts');

const [file, sizes] = process.argv.slice(2);
const all = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));
const labels = [...new Set(all.map(({ output }) => output))].sort();
const folder = mkdtempSync(join(tmpdir(), 'label-doubts-'));
const path = join(folder, 'rows.jsonl');
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;

process.stdout.write('rows   changed  rows a label  agrees  disputed  wrong of these  found of changed\n');
for (const size of sizes.split(',').map(Number))
  for (const share of [0, 0.1, 0.2]) {
    const random = createRandom(size);
    const rows = shuffle(all, random).slice(0, size);
    const changed = Math.round(share * rows.length);
    const written = rows.map(({ input, output }, index) => {
      if (index >= changed) return { input, output };
      const others = labels.filter(label => label !== output);
      return { input, output: others[Math.floor(random.uniform() * others.length)] };
    });
    writeFileSync(path, written.map(row => `${JSON.stringify(row)}\n`).join(''));
    const audit = JSON.parse(
      execFileSync(
        process.execPath,
        [main, 'data', 'audit', path, '--kind', 'classify', '--quiet', '--json'],
        {
          encoding: 'utf8',
          maxBuffer: 1e9,
        },
      ),
    );
    const lines = audit.findings.find(({ kind }) => kind === 'label-noise')?.lines[0].lines ?? [];
    const right = lines.filter(line => line <= changed).length;
    const [{ agreement, rowsJudged }] = audit.labelJudges;
    const percent = (part, whole) => (whole === 0 ? '-' : `${((part / whole) * 100).toFixed(1)} %`);
    process.stdout.write(
      `${String(rows.length).padEnd(7)}${percent(share, 1).padEnd(9)}${(rows.length / labels.length).toFixed(1).padEnd(14)}` +
        `${percent(agreement, 1).padEnd(8)}${percent(lines.length, rowsJudged).padEnd(10)}` +
        `${percent(right, lines.length).padEnd(16)}${percent(right, changed)}\n`,
    );
  }
rmSync(folder, { recursive: true });
