// The cascade on recorded answers: coverage at an error bound, and whether the bound holds. After `npm run build`:
//   node bench/cascade.mjs --rows test.jsonl --answers answers.jsonl [--alpha 0.05] [--delta 0.05] [--json]
// --rows: examples with "id" and "target"; --answers: what the specialist answered to them, with "probabilities"
// (the files of a workspace: .stepdown/work/data-*/*/test/test.jsonl and work/evaluate-*/answers/*.jsonl).
// The large model is PLAYED: it answers with the row's true label, but for a stated share of errors.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    answers: { type: 'string' },
    alpha: { type: 'string', default: '0.05' },
    delta: { type: 'string', default: '0.05' },
    // Rows drawn for each calibration; default: half of them.
    calibration: { type: 'string' },
    resamples: { type: 'string', default: '1000' },
    'large-error': { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
    dist: { type: 'string', default: 'dist' },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const from = path => import(pathToFileURL(join(process.cwd(), values.dist, path)).href);
const { chooseRegion } = await from('stages/cascade/fit/fit-calibration.js');
const { decidingScore, thresholdOf } = await from('stages/cascade/fit/tested-rows.js');
const { signalsOf } = await from('stages/cascade/signals/signals.js');
const { clopperPearsonInterval } = await from('stats/clopper-pearson.js');
const { wilsonInterval } = await from('stats/wilson-interval.js');
const { createRandom } = await from('stats/random.js');
const { quantile } = await from('stats/quantile.js');
const { auroc } = await from('stats/selective/auroc.js');
const { aurc } = await from('stats/selective/risk-coverage.js');

const [alpha, delta, largeError] = [values.alpha, values.delta, values['large-error']].map(Number);
const [seed, resamples] = [values.seed, values.resamples].map(Number);
const read = file =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));

const random = createRandom(seed);
const answers = new Map(read(values.answers).map(answer => [answer.exampleId ?? answer.id, answer]));
const population = read(values.rows).flatMap(({ id, target }) => {
  const answer = answers.get(id);
  if (!answer?.probabilities) return [];
  return [
    {
      id,
      group: null,
      signals: signalsOf('classify', { probabilities: answer.probabilities, tokens: null }, null),
      valid: true,
      failed: false,
      correct: answer.text.trim() === target.trim(),
      largeCorrect: random.uniform() >= largeError,
      largeCostUsd: null,
    },
  ];
});
if (population.length < 2) throw new Error('no row has an answer with probabilities');

const rule = { kind: 'error-bound', alpha, delta };
const choose = (rows, fitSeed) =>
  chooseRegion(rows, { taskKind: 'classify', rule, scope: null, auditShare: 0, seed: fitSeed });
/** What a fitted region does on rows: shares local, wrong among them, and right of the whole cascade. */
const outcomeOn = ({ score, outcome }, rows) => {
  const threshold = thresholdOf(outcome.local);
  const isLocal = rows.map(row => decidingScore(row, score, null) > threshold);
  const local = rows.filter((_, at) => isLocal[at]);
  return {
    local: local.length,
    errors: local.filter(row => !row.correct).length,
    right: rows.filter((row, at) => (isLocal[at] ? row.correct : row.largeCorrect)).length,
  };
};

// Once: calibrated on one half, measured on the other.
const shuffled = [...population];
for (let at = shuffled.length - 1; at > 0; at--) {
  const other = random.below(at + 1);
  [shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]];
}
const middle = Math.floor(shuffled.length / 2);
const once = choose(shuffled.slice(0, middle), seed);
const heldOut = shuffled.slice(middle);
const seen = outcomeOn(once, heldOut);
const share = (k, n) => (n === 0 ? null : wilsonInterval(k, n));

// Many times: the recorded rows are the whole population, so the true error rate of every threshold is known.
const count = values.calibration === undefined ? middle : Number(values.calibration);
let broken = 0;
let certified = 0;
const coverages = [];
for (let resample = 0; resample < resamples; resample++) {
  const drawn = Array.from({ length: count }, () => population[random.below(population.length)]);
  const fitted = choose(drawn, seed + resample);
  const { local, errors } = outcomeOn(fitted, population);
  if (fitted.outcome.local.kind !== 'none') certified++;
  if (local > 0 && errors / local > alpha) broken++;
  coverages.push(local / population.length);
}

const scores = population.map(row => row.signals.probability);
const correct = population.map(row => row.correct);
const result = {
  rows: population.length,
  specialistRight: share(correct.filter(Boolean).length, population.length),
  auroc: auroc(scores, correct),
  aurc: aurc(scores, correct),
  rule,
  largeModel: { played: 'the true label of each row', errorRate: largeError },
  heldOut: {
    calibrationRows: middle,
    testRows: heldOut.length,
    promised: once.outcome.goal.met,
    statement: once.outcome.goal.statement,
    coverage: share(seen.local, heldOut.length),
    localError: share(seen.errors, seen.local),
    cascadeRight: share(seen.right, heldOut.length),
    largeRight: share(heldOut.filter(row => row.largeCorrect).length, heldOut.length),
  },
  resampling: {
    resamples,
    calibrationRows: count,
    promised: certified,
    broken,
    brokenShare: clopperPearsonInterval(broken, resamples),
    atMost: delta,
    meanCoverage: coverages.reduce((sum, value) => sum + value, 0) / resamples,
    coverage95: [quantile(coverages, 0.025), quantile(coverages, 0.975)],
  },
  node: process.version,
};
if (values.out) {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
}
if (values.json) console.log(JSON.stringify(result));
else console.dir(result, { depth: 4 });
