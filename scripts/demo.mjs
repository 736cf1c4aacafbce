/**
 * `npm run demo`: from a fresh clone to a specialist of one's own, made from real fault reports on this CPU.
 * Sets everything up, runs the example's pipeline through the product's own command line, and says what came
 * out. `-- --json` ends stdout with one JSON object; `-- --force` does every stage again.
 */
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { root, setUp } from './setup.mjs';

const json = process.argv.includes('--json');
const force = process.argv.includes('--force');
const example = join(root, 'examples', 'fault-triage');
const say = line => process.stderr.write(`${line}\n`);

const began = performance.now();
say('stepdown demo: maintenance fault reports → a fine-tuned, evaluated, quantised model of your own.');
setUp();
const setupSeconds = (performance.now() - began) / 1000;

const cli = join(root, 'dist', 'cli', 'main.js');
const run = spawnSync(
  process.execPath,
  [cli, 'run', '--workspace', example, '--json', ...(force ? ['--force'] : [])],
  { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
// Exit code 5 is a gate that did not pass: an honest result, shown like any other.
if (run.status !== 0 && run.status !== 5) {
  if (json) process.stdout.write(run.stdout);
  process.exit(run.status ?? 1);
}

const { evaluation, stages, specialistDir, report } = JSON.parse(run.stdout);
const system = id => evaluation.systems.find(candidate => candidate.id === id);
const estimate = ({ value, low, high, n }) => ({ value, low, high, n });
const accuracy = id => estimate(system(id).metrics.accuracy);
const seconds = (...names) =>
  stages.filter(stage => names.includes(stage.stage)).reduce((sum, stage) => sum + stage.seconds, 0);
const round = value => Math.round(value * 10) / 10;

const summary = {
  base: { accuracy: accuracy('base') },
  specialist: { accuracy: accuracy('specialist') },
  floors: Object.fromEntries(
    evaluation.systems
      .filter(candidate => candidate.role === 'floor')
      .map(candidate => [candidate.id, { accuracy: estimate(candidate.metrics.accuracy) }]),
  ),
  parity: { rows: evaluation.parity.rows, disagreements: evaluation.parity.disagreements },
  quantizations: evaluation.quantizations.map(quantization => ({
    type: quantization.type ?? quantization.id,
    sizeBytes: quantization.sizeBytes,
    accuracy: estimate(quantization.score),
    flips: quantization.flips,
    tokensPerSecond: round(quantization.tokensPerSecond),
  })),
  picked: evaluation.picked,
  forgetting: evaluation.forgetting && {
    probe: evaluation.forgetting.probe,
    base: estimate(evaluation.forgetting.base),
    specialist: estimate(evaluation.forgetting.specialist),
    delta: estimate(evaluation.forgetting.delta),
  },
  seconds: {
    // Packages, Python environment, weights and their two forms: all that the first run alone needs.
    setup: round(setupSeconds + seconds('base')),
    data: round(seconds('data')),
    train: round(seconds('train')),
    evaluate: round(seconds('evaluate', 'specialist', 'report')),
    quantize: round(seconds('quantize')),
    total: round((performance.now() - began) / 1000),
  },
  specialistDir: join(example, specialistDir),
  report: join(example, report),
};

if (json) {
  process.stdout.write(`${JSON.stringify(summary)}\n`);
} else {
  const percent = ({ value, low, high, n }) =>
    `${Math.round(value * 100)} % [${Math.round(low * 100)}, ${Math.round(high * 100)}], n = ${n}`;
  const lines = [
    '',
    'Right answers on held-out fault reports, with 95 % intervals:',
    ...evaluation.systems
      .filter(candidate => candidate.role !== 'quantization')
      .map(candidate => `  ${candidate.title.padEnd(44)} ${percent(candidate.metrics.accuracy)}`),
    '',
    `Served as ${summary.picked}. The trainer and the served file differ on ${summary.parity.disagreements} of ${summary.parity.rows} rows.`,
    `Took ${Math.round(summary.seconds.total)} s, of which ${Math.round(summary.seconds.setup)} s set-up and ${Math.round(summary.seconds.train)} s training.`,
    '',
    `Your model:  ${relative(process.cwd(), summary.specialistDir)}`,
    `The report:  ${relative(process.cwd(), summary.report)}`,
    '',
    'Ask it something:',
    `  npx stepdown predict --workspace ${relative(process.cwd(), example)} "hydraulic hose leaking at fitting"`,
    '',
  ];
  process.stdout.write(lines.join('\n'));
}
