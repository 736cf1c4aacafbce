// How often a learning curve's forecast from half of the rows holds the score measured at all of them. After
// `npm run build`:
//   node bench/learning-curve.mjs --data NAME=FILE[,FILE...] [--data ...] [--rows 2000] [--draws 20] [--out FILE]
// FILE: JSON Lines with "input" and "output" (classify). A draw takes --rows rows by chance (at most four fifths of
// all), fits the curve to one half of them, and measures twice at all of them: on rows that no model saw, and by
// ten-fold cross-validation. Interrupted, it continues with the draws that --out does not have yet.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    data: { type: 'string', multiple: true },
    rows: { type: 'string', default: '2000' },
    draws: { type: 'string', default: '20' },
    // Rows that no model sees, at most.
    fresh: { type: 'string', default: '3000' },
    folds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    dist: { type: 'string', default: 'dist' },
    out: { type: 'string', default: 'bench/results/learning-curve.json' },
  },
});
if (!values.data) throw new Error('name the data: --data NAME=FILE[,FILE...]');
const from = path => import(pathToFileURL(join(process.cwd(), values.dist, path)).href);
const { planCurve } = await from('stages/curve/plan.js');
const { measureCheap } = await from('stages/curve/measure-cheap.js');
const { cheapFloor } = await from('floors/cheap-floor.js');
const { primaryMetric } = await from('metrics/metrics-for.js');
const { resampleCurve } = await from('stats/learning-curve/resample-curve.js');
const { fitCurve, forecast, forecastGain } = await from('stats/learning-curve/fit-curve.js');
const { createRandom } = await from('stats/random/random.js');
const { wilsonInterval } = await from('stats/proportions/wilson-interval.js');

const [draws, seed, folds] = [values.draws, values.seed, values.folds].map(Number);
const quiet = { say() {}, update() {} };
const { signal } = new AbortController();
const results = existsSync(values.out) ? JSON.parse(readFileSync(values.out, 'utf8')) : { datasets: {} };

const readRows = files =>
  files
    .flatMap(file => readFileSync(file, 'utf8').split('\n').filter(Boolean))
    .map((line, index) => {
      const { input, output } = JSON.parse(line);
      return {
        id: String(index),
        messages: [{ role: 'user', content: input }],
        target: output,
        references: [],
        group: null,
        source: { file: 'rows', line: index + 1 },
      };
    });
const shuffled = (rows, random) => {
  const order = [...rows];
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
};
const floor = cheapFloor('classify');
/** Rows that a model trained on `train` answers rightly. */
const right = (train, rows) => {
  const { answer } = floor.fit(train, seed);
  return rows.filter(row => answer(row.messages[0].content) === row.target).length;
};
const contains = ({ low, high }, value) => low <= value && value <= high;

async function drawOnce(all, draw) {
  const rows = Math.min(Number(values.rows), Math.floor((all.length * 4) / 5 / 2) * 2);
  const order = shuffled(all, createRandom(seed * 10_000 + draw));
  const full = order.slice(0, rows);
  const half = full.slice(0, rows / 2);
  const fresh = order.slice(rows, rows + Number(values.fresh));
  const task = { kind: 'classify', labels: [...new Set(all.map(row => row.target))].sort() };
  const plan = planCurve(task, half.length, null, draw);
  const sizes = await measureCheap(floor, half, plan, primaryMetric(task), { seed, progress: quiet, signal });
  const scores = resampleCurve(sizes, plan.clusters, { draws: 500, seed });
  const fitted = fitCurve(plan.sizes, scores, { scoredRows: half.length, seed });
  const fold = index => [
    full.filter((_, at) => at % folds !== index),
    full.filter((_, at) => at % folds === index),
  ];
  let crossValidated = 0;
  for (let index = 0; index < folds; index++) crossValidated += right(...fold(index));
  return {
    draw,
    rows,
    freshRows: fresh.length,
    sizes: plan.sizes,
    scores: scores.observed,
    forecast: forecast(fitted, rows),
    forecastCrossValidated: forecast(fitted, (rows * (folds - 1)) / folds),
    gain: forecastGain(fitted, rows / 2, rows),
    fresh: right(full, fresh) / fresh.length,
    freshHalf: right(half, fresh) / fresh.length,
    crossValidated: crossValidated / rows,
  };
}

function summaryOf(list) {
  const share = holds => {
    const count = list.filter(holds).length;
    const { low, high } = wilsonInterval(count, list.length);
    return { value: count / list.length, low, high, n: list.length };
  };
  const mean = value => list.reduce((sum, draw) => sum + value(draw), 0) / list.length;
  return {
    draws: list.length,
    rows: list[0].rows,
    containsFresh: share(draw => contains(draw.forecast, draw.fresh)),
    containsCrossValidated: share(draw => contains(draw.forecastCrossValidated, draw.crossValidated)),
    gainContainsMeasured: share(draw => contains(draw.gain, draw.fresh - draw.freshHalf)),
    meanWidth: mean(({ forecast: { low, high } }) => high - low),
    meanError: mean(({ forecast: { value }, fresh }) => value - fresh),
    meanGainForecast: mean(({ gain }) => gain.value),
    meanGainMeasured: mean(({ fresh, freshHalf }) => fresh - freshHalf),
  };
}

for (const entry of values.data) {
  const [name, files] = entry.split('=');
  const all = readRows(files.split(','));
  const list = results.datasets[name]?.list ?? [];
  for (let draw = list.length; draw < draws; draw++) {
    list.push(await drawOnce(all, draw));
    results.datasets[name] = { ...summaryOf(list), list };
    mkdirSync(dirname(values.out), { recursive: true });
    writeFileSync(values.out, `${JSON.stringify(results, null, 1)}\n`);
  }
  const { list: _, ...summary } = results.datasets[name];
  console.log(name, JSON.stringify(summary, null, 1));
}
