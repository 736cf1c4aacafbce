// Label scoring against generating the label, interleaved in one process. Run after `npm run build`:
//   node bench/label-scoring.mjs MODEL.gguf DATA_FOLDER... [--rows 40] [--threads 2] [--out bench/results/label-scoring.json]
// Each folder has train.jsonl and test.jsonl of {"input", "output"}; the labels are those of both files.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
    dist: { type: 'string', default: 'dist' },
    out: { type: 'string', default: 'bench/results/label-scoring.json' },
  },
});
const [modelPath, ...folders] = positionals;
const from = path => import(pathToFileURL(join(process.cwd(), values.dist, path)).href);
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
const results = [];
for (const folder of folders) {
  const test = read(folder, 'test.jsonl');
  const labels = [...new Set([...read(folder, 'train.jsonl'), ...test].map(row => row.output))].sort();
  const step = Math.max(1, Math.floor(test.length / Number(values.rows)));
  const times = { score: [], generate: [], ratio: [], evaluated: [] };
  for (const [index, row] of test.filter((_, at) => at % step === 0).entries()) {
    const messages = [{ role: 'user', content: row.input }];
    // As many tokens as the right label and its end have: what a trained specialist generates.
    const generate = async () => {
      const started = performance.now();
      await model.generate({ messages, maxTokens: model.labelTokens([row.output])[0].length, stop: [] });
      return performance.now() - started;
    };
    const score = async () => {
      const started = performance.now();
      const { usage } = await model.score({ messages, labels });
      times.evaluated.push(usage.completionTokens);
      return performance.now() - started;
    };
    // Another prompt in between, so that neither finds the other's prefix in the cache.
    const forget = () => model.generate({ messages: [{ role: 'user', content: '.' }], maxTokens: 1 });
    const order = index % 2 === 0 ? ['score', 'generate'] : ['generate', 'score'];
    for (const kind of order) {
      await forget();
      times[kind].push(await (kind === 'score' ? score() : generate()));
    }
    times.ratio.push(times.generate.at(-1) / times.score.at(-1));
  }
  results.push({
    data: basename(folder),
    labels: labels.length,
    rows: times.ratio.length,
    scoreMs: median(times.score),
    generateMs: median(times.generate),
    ratio: median(times.ratio),
    evaluatedTrieTokens: median(times.evaluated),
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
console.table(results);
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
