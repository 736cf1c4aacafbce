/**
 * The long run of the kill test.
 *
 *   node test/durability/kill-9.mjs [--rounds 10000] [--folder <on the disk to test>] [--json]
 */
import { parseArgs } from 'node:util';
import { killRounds } from './kill-rounds.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10000' },
    folder: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const began = performance.now();
const result = await killRounds({
  kills: Number(values.rounds),
  ...(values.folder === undefined ? {} : { folder: values.folder }),
  onRound: kills => {
    if (kills % 300 === 0) process.stderr.write(`${kills} killed\n`);
  },
});
const seconds = (performance.now() - began) / 1000;
if (values.json) console.log(JSON.stringify({ ...result, seconds }));
else {
  console.log(
    `${result.kills} processes killed in ${seconds.toFixed(0)} s: ${result.acknowledged} captures and ${result.feedback} feedback acknowledged, none lost; ${result.unacknowledged} more were written but not yet acknowledged.`,
  );
}
