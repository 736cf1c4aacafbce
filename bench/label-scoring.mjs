// Label scoring against generating the label, by specialists that were trained on the labels; interleaved, one
// process. Run after `npm run build`, a specialist and its held-out rows for each data set:
//   node bench/label-scoring.mjs SPECIALIST_FOLDER=ROWS.jsonl... [--rows 60] [--threads 2] [--json]
// `best` gives the likeliest label with its exact probability (`exactLabels: 1`, what serving a specialist uses),
// `all` the exact probability of every label, `generate` writes the answer until the specialist ends it. All three
// begin with what the request before left in the cache, which was about another row: as in serving.
// A ratio is the total time of generating by the total time of scoring, with the 95 % interval of a bootstrap over
// rows. `best` and `all` must name the same label with the same probability: `sameBest`, `largestDifference`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '60' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    dist: { type: 'string', default: 'dist' },
    out: { type: 'string', default: 'bench/results/label-scoring.json' },
  },
});
const threads = Number(values.threads);
const from = path => import(pathToFileURL(resolve(values.dist, path)).href);
const { LocalModel } = await from('engines/llama-cpp/local-model.js');
const { openLibrary } = await from('engines/llama-cpp/native/library.js');
const { createChatTemplate } = await from('models/templates/chat-template.js');
const { readSpecialist } = await from('stages/specialist/manifest.js');
const { specialistMessages } = await from('answering/messages.js');
const { seededRandom } = await from('engines/llama-cpp/decoding/sampling.js');

const sum = numbers => numbers.reduce((total, one) => total + one, 0);
const mean = numbers => sum(numbers) / numbers.length;
const median = numbers => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rounded = (number, digits = 2) => Number(number.toFixed(digits));

/** Total time by total time, with its 95 % interval by resampling rows. */
function ratioOf(slow, fast) {
  const random = seededRandom(1);
  const totals = Array.from({ length: 4000 }, () => {
    const drawn = slow.map(() => Math.floor(random() * slow.length));
    return sum(drawn.map(row => slow[row])) / sum(drawn.map(row => fast[row]));
  }).sort((a, b) => a - b);
  return {
    ratio: rounded(sum(slow) / sum(fast)),
    low: rounded(totals[100]),
    high: rounded(totals[3899]),
    rows: slow.length,
  };
}

async function measure(folder, file) {
  const manifest = await readSpecialist(folder);
  const { task, prompt, template, contextTokens, labelTokens } = manifest;
  if (task.kind !== 'classify') throw new Error(`${folder} has no labels to score`);
  const { labels } = task;
  const model = await LocalModel.open({
    kind: 'local',
    id: manifest.name,
    modelPath: join(folder, manifest.files.model.path),
    adapters: [],
    template: createChatTemplate(template),
    contextTokens,
    sequences: 1,
    threads,
    gpuLayers: 0,
  });
  model.verifyLabelTokens(labels, labelTokens);
  const given = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const step = Math.max(1, Math.floor(given.length / Number(values.rows)));
  const inputs = given
    .map(line => JSON.parse(line).input)
    .filter((_, at) => at % step === 0)
    .map(content => specialistMessages(prompt, { messages: [{ role: 'user', content }] }));
  const times = { all: [], best: [], generate: [] };
  const evaluated = { all: [], best: [], generate: [] };
  let [sameBest, sameText, largestDifference] = [0, 0, 0];
  for (const [index, messages] of inputs.entries()) {
    const kinds = {
      all: () => model.score({ messages, labels }),
      best: () => model.score({ messages, labels, exactLabels: 1 }),
      generate: () => model.generate({ messages, maxTokens: prompt.maxAnswerTokens, stop: [] }),
    };
    const names = Object.keys(kinds);
    const answers = {};
    for (const kind of names.map((_, at) => names[(at + index) % names.length])) {
      // Another row in between, so that none finds more in the cache than the beginning that all rows share.
      await model.generate({ messages: inputs[(index + 1) % inputs.length], maxTokens: 1 });
      const started = performance.now();
      answers[kind] = await kinds[kind]();
      times[kind].push(performance.now() - started);
      evaluated[kind].push(answers[kind].usage.completionTokens);
    }
    const { all, best, generate } = answers;
    if (all.best === best.best) sameBest += 1;
    if (generate.text.trim() === best.best) sameText += 1;
    const difference = Math.abs(Math.max(...all.probabilities) - Math.max(...best.probabilities));
    largestDifference = Math.max(largestDifference, difference);
  }
  await model.close();
  return {
    specialist: manifest.name,
    quantization: manifest.quantization,
    labels: labels.length,
    rows: inputs.length,
    bestMs: rounded(median(times.best)),
    allMs: rounded(median(times.all)),
    generateMs: rounded(median(times.generate)),
    generateToBest: ratioOf(times.generate, times.best),
    generateToAll: ratioOf(times.generate, times.all),
    tokensBesidePrompt: Object.fromEntries(
      Object.entries(evaluated).map(([kind, counts]) => [kind, rounded(mean(counts))]),
    ),
    sameBest,
    sameText,
    largestDifference,
  };
}

const results = [];
for (const pair of positionals) {
  const [folder, file] = pair.split('=');
  if (!folder || !file) throw new Error(`Give SPECIALIST_FOLDER=ROWS.jsonl, not ${basename(pair)}`);
  results.push(await measure(folder, file));
}
const report = {
  results,
  threads,
  node: process.version,
  llamaCpp: openLibrary().version(),
  processor: cpus()[0]?.model,
  cores: cpus().length,
  loadAverage: loadavg()[0],
};
if (!values.json) console.dir(results, { depth: 3 });
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
if (values.json) console.log(JSON.stringify(report));
