/**
 * The long run of the kill test.
 *
 *   node test/durability/kill-9.mjs [--rounds 10000] [--folder <on the disk to test>] [--state <file>] [--json]
 *
 * With --state an interrupted run goes on where its last whole workspace ended, unless the sources have changed.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { killRounds } from './kill-rounds.mjs';
import { compileSources } from './sources.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10000' },
    folder: { type: 'string' },
    state: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const sources = compileSources();
const before = readState(values.state);
const began = performance.now();
const seconds = () => (before?.seconds ?? 0) + (performance.now() - began) / 1000;
const result = await killRounds({
  kills: Number(values.rounds),
  ...(values.folder === undefined ? {} : { folder: values.folder }),
  ...(before === null ? {} : { from: before.totals }),
  onChecked: totals => {
    process.stderr.write(`${totals.kills} killed, nothing lost\n`);
    if (values.state === undefined) return;
    writeFileSync(`${values.state}.new`, JSON.stringify({ sources, totals, seconds: seconds() }));
    renameSync(`${values.state}.new`, values.state);
  },
});
if (values.json) console.log(JSON.stringify({ ...result, seconds: seconds() }));
else {
  console.log(
    `${result.kills} processes killed in ${seconds().toFixed(0)} s: ${result.acknowledged} captures and ${result.feedback} feedback acknowledged, none lost; ${result.unacknowledged} more were written but not yet acknowledged.`,
  );
}

/** What an earlier run of the same sources had checked; null where there was none. */
function readState(file) {
  if (file === undefined || !existsSync(file)) return null;
  const state = JSON.parse(readFileSync(file, 'utf8'));
  if (state.sources !== sources) throw new Error(`${file} is of other sources: remove it to begin anew`);
  return state;
}
