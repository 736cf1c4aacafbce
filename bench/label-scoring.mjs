// Label scoring against generating the label, interleaved in one process. Run after `npm run build`:
//   node bench/label-scoring.mjs MODEL.gguf DATA_FOLDER... [--rows 40] [--threads 2] [--json]
// `all` gives the exact probability of every label, `best` of the likeliest alone (`exactLabels: 1`, what serving
// a specialist uses). Both must name the same label with the same probability: `sameBest`, `largestDifference`.
// Each folder has train.jsonl and test.jsonl of {"input", "output"}; the labels are those of both files.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    dist: { type: 'string', default: 'dist' },
    out: { type: 'string', default: 'bench/results/label-scoring.json' },
  },
});
const [modelPath, ...folders] = positionals;
const from = path => import(pathToFileURL(resolve(values.dist, path)).href);
const { LocalModel } = await from('engines/llama-cpp/local-model.js');
const { openLibrary } = await from('engines/llama-cpp/library.js');

const template = {
  hash: 'chatml',
  render: messages =>
    `${messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`).join('')}<|im_start|>assistant\n`,
  endOfTurn: '<|im_end|>',
  stop: [],
};
const model = await LocalModel.open({
  kind: 'local',
  id: basename(modelPath),
  modelPath,
  adapters: [],
  template,
  contextTokens: 1024,
  sequences: 1,
  threads: Number(values.threads),
  gpuLayers: 0,
});
const read = (folder, file) =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
const median = numbers => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Median ratio of paired times with its 95 % interval by resampling rows. */
function ratioOf(slow, fast) {
  const ratios = slow.map((time, index) => time / fast[index]);
  const medians = Array.from({ length: 2000 }, () =>
    median(ratios.map(() => ratios[Math.floor(Math.random() * ratios.length)])),
  ).sort((a, b) => a - b);
  const [ratio, low, high] = [median(ratios), medians[50], medians[1949]].map(
    one => Math.round(100 * one) / 100,
  );
  return { ratio, low, high };
}

const results = [];
for (const folder of folders) {
  const test = read(folder, 'test.jsonl');
  const labels = [...new Set([...read(folder, 'train.jsonl'), ...test].map(row => row.output))].sort();
  const step = Math.max(1, Math.floor(test.length / Number(values.rows)));
  const times = { all: [], best: [], generate: [] };
  const evaluated = { all: [], best: [] };
  let [sameBest, largestDifference] = [0, 0];
  for (const [index, row] of test.filter((_, at) => at % step === 0).entries()) {
    const messages = [{ role: 'user', content: row.input }];
    const kinds = {
      all: () => model.score({ messages, labels }),
      best: () => model.score({ messages, labels, exactLabels: 1 }),
      // As many tokens as the right label and its end have: what a trained specialist generates.
      generate: () =>
        model.generate({ messages, maxTokens: model.labelTokens([row.output])[0].length, stop: [] }),
    };
    const names = Object.keys(kinds);
    const answers = {};
    for (const kind of names.map((_, at) => names[(at + index) % names.length])) {
      // Another prompt in between, so that none finds another's prefix in the cache.
      await model.generate({ messages: [{ role: 'user', content: '.' }], maxTokens: 1 });
      const started = performance.now();
      answers[kind] = await kinds[kind]();
      times[kind].push(performance.now() - started);
    }
    const { all, best } = answers;
    evaluated.all.push(all.usage.completionTokens);
    evaluated.best.push(best.usage.completionTokens);
    if (all.best === best.best) sameBest += 1;
    const difference = Math.abs(Math.max(...all.probabilities) - Math.max(...best.probabilities));
    largestDifference = Math.max(largestDifference, difference);
  }
  results.push({
    data: basename(folder),
    labels: labels.length,
    rows: times.all.length,
    allMs: median(times.all),
    bestMs: median(times.best),
    generateMs: median(times.generate),
    generateToAll: ratioOf(times.generate, times.all),
    generateToBest: ratioOf(times.generate, times.best),
    evaluatedTrieTokens: { all: median(evaluated.all), best: median(evaluated.best) },
    sameBest,
    largestDifference,
  });
}
await model.close();
const report = {
  results,
  model: basename(modelPath),
  threads: Number(values.threads),
  node: process.version,
  llamaCpp: openLibrary().version(),
  processor: cpus()[0]?.model,
  cores: cpus().length,
  loadAverage: loadavg()[0],
};
if (!values.json) console.table(results);
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
if (values.json) console.log(JSON.stringify(report));
