// The cascade on recorded answers: the share answered locally at an error bound, and in how many of many calibrations
// the bound holds. After `npm run build`:
//   node bench/cascade.mjs --specialist NAME=WORKSPACE [--specialist ...] [--calibration 200,500,1000]
//     [--validation 250] [--alpha 0.05] [--delta 0.05] [--resamples 1000] [--json] [--out bench/results/cascade.json]
// WORKSPACE: a folder in which `stepdown run` evaluated a classifier; or ROWS.jsonl,ANSWERS.jsonl with "id" and
// "target", and with "exampleId", "text" and "probabilities".
// The large model is PLAYED: it answers with the row's true label, but for a stated share of errors.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { createMeasure } from './cascade/measure.mjs';
import { readRecorded } from './cascade/recorded.mjs';

const { values } = parseArgs({
  options: {
    specialist: { type: 'string', multiple: true },
    // Rows of a calibration, several sizes.
    calibration: { type: 'string', default: '200,500,1000' },
    // Rows of the validation split that guide; 0 for none.
    validation: { type: 'string', default: '250' },
    alpha: { type: 'string', default: '0.05' },
    delta: { type: 'string', default: '0.05' },
    resamples: { type: 'string', default: '1000' },
    'large-error': { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
    dist: { type: 'string', default: 'dist' },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
if (!values.specialist) throw new Error('name a specialist: --specialist NAME=WORKSPACE');
const options = {
  alpha: Number(values.alpha),
  delta: Number(values.delta),
  validationRows: Number(values.validation),
  largeError: Number(values['large-error']),
  seed: Number(values.seed),
  resamples: Number(values.resamples),
};
const sizes = values.calibration.split(',').map(Number);
const measure = await createMeasure(values.dist, options);
const specialists = {};
for (const named of values.specialist) {
  const at = named.indexOf('=');
  const name = named.slice(0, at);
  process.stderr.write(`${name}\n`);
  specialists[name] = measure(readRecorded(named.slice(at + 1)), sizes);
}
const { largeError, ...rest } = options;
const result = {
  rule: { kind: 'error-bound', alpha: options.alpha, delta: options.delta },
  options: rest,
  largeModel: { played: 'the true label of each row', errorRate: largeError },
  specialists,
  node: process.version,
};
if (values.out) {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
}
if (values.json) console.log(JSON.stringify(result));
else console.log(table(result).join('\n'));

/** One line a specialist and size. */
function table({ rule, specialists }) {
  const percent = value => `${(100 * value).toFixed(1)} %`;
  const interval = ({ value, mean, low, high }) =>
    `${percent(value ?? mean)} [${percent(low)}, ${percent(high)}]`;
  return [
    `At most ${percent(rule.alpha)} wrong, with a chance of at least ${percent(1 - rule.delta)}; 95 % intervals.`,
    ...Object.entries(specialists).flatMap(([name, { rows, specialistRight, heldOut, draws }]) => [
      `\n${name}: ${rows} rows, right alone ${interval(specialistRight)}`,
      `  ${heldOut.calibrationRows} calibration rows, ${heldOut.testRows} held out: local ${interval(heldOut.coverage)}, wrong among them ${heldOut.localError === null ? '-' : interval(heldOut.localError)}`,
      ...draws.map(
        ({ calibrationRows, boundHolds, promised, coverage, resamples }) =>
          `  ${calibrationRows} calibration rows, ${resamples} draws: local ${interval(coverage)}, promised ${interval(promised)}, the bound holds in ${interval(boundHolds)}`,
      ),
    ]),
  ];
}
