// Embedded serving of a specialist against llama.cpp's own server: same file, same cores, interleaved rounds.
//   npm run bench:serving -- --json [--quantization picked,Q8_0] [--inputs fresh,repeated] [--specialist DIR]
//     [--workspace DIR]
// Three systems: our gateway scoring labels, our gateway generating, llama-server generating. The generating ones
// write token by token from the same tokens; scoring is what a specialist with labels does by itself. Without
// `--specialist` it is that of a workspace, made first where there is none: of examples/fault-triage, or of one with
// `data/test.jsonl` that `--workspace` names, for instance with fewer rows. llama-server comes from the
// wheel that the model tests use; `--environment` names the Python environment that holds it. Both servers keep
// earlier prompts, so inputs are given both ways: `fresh`, which no server has seen, and `repeated`, the rows again
// and again. `processorMs` is the server's processor time a request: it tells more than the clock on a busy machine.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, homedir, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { setUp } from '../scripts/setup.mjs';
import { freshInputs, repeatedInputs } from './serving/inputs.mjs';
import { closeConnections, load, post } from './serving/load.mjs';
import { mean, percentile, ratioOf, rounded } from './serving/ratios.mjs';
import { startGateway, startLlamaServer, stopServers } from './serving/servers.mjs';
import { foldersOf, specialistOf } from './serving/specialists.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    specialist: { type: 'string' },
    workspace: { type: 'string', default: resolve(import.meta.dirname, '..', 'examples', 'fault-triage') },
    quantization: { type: 'string', default: 'picked,Q8_0' },
    inputs: { type: 'string', default: 'fresh,repeated' },
    data: { type: 'string' },
    dist: { type: 'string' },
    environment: { type: 'string', default: join(homedir(), '.cache', 'stepdown', 'test-server') },
    clients: { type: 'string', default: '1,8,32' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(cpus().length) },
    sequences: { type: 'string', default: '8' },
    out: { type: 'string', default: resolve(import.meta.dirname, 'results', 'serving.json') },
  },
});
const workspace = resolve(values.workspace);
const data = resolve(values.data ?? join(workspace, 'data', 'test.jsonl'));
// Only the checkout's own build is made where it is missing or older than the code.
if (values.dist === undefined) setUp();
const dist = resolve(values.dist ?? join(import.meta.dirname, '..', 'dist'));
const [threads, sequences, rounds] = [values.threads, values.sequences, values.rounds].map(Number);
const clientCounts = values.clients.split(',').map(Number);
const systems = ['score', 'generate', 'llama-server'];
const say = line => process.stderr.write(`${line}\n`);
const from = path => import(pathToFileURL(join(dist, path)).href);
const { createChatTemplate } = await from('models/templates/chat-template.js');
const { seededRandom } = await from('engines/llama-cpp/decoding/sampling.js');
const tools = {
  ...(await from('stages/specialist/manifest.js')),
  ...(await from('files/hash-file.js')),
  ...(await from('engines/llama-cpp/quantizer.js')),
};
const scratch = mkdtempSync(join(tmpdir(), 'stepdown-bench-'));
const cleanUp = () => {
  stopServers();
  closeConnections();
  rmSync(scratch, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    cleanUp();
    process.exit(130);
  });

/** How each system is asked; resolves with the text of the answer. */
function asking(gateway, server, manifest) {
  const template = createChatTemplate(manifest.template);
  const chat = alias => async input => {
    const messages = [{ role: 'user', content: input }];
    const url = `${gateway.url}/v1/chat/completions`;
    const answer = await post(url, { model: alias, messages, temperature: 0 });
    return answer.choices[0].message.content;
  };
  return {
    score: chat('score'),
    generate: chat('generate'),
    'llama-server': async input => {
      const prompt = template.render([{ role: 'user', content: input }]);
      const max_tokens = manifest.prompt.maxAnswerTokens;
      const url = `${server.url}/v1/completions`;
      return (await post(url, { prompt, max_tokens, temperature: 0 })).choices[0].text;
    },
  };
}

/** Both generate from the same tokens: what they say must be the same, or they did not do the same work. */
async function compareAnswers(ask, inputs) {
  let same = 0;
  for (const input of inputs) {
    const [ours, theirs] = [await ask.generate(input), await ask['llama-server'](input)];
    if (ours.trim() === theirs.trim()) same += 1;
    await ask.score(input);
  }
  return { same, of: inputs.length };
}

/** All cells of one kind of inputs, by system and number of clients; the rounds of a cell take turns with the others. */
async function turnsOf(inputsOf, ask, pidOf, label) {
  const cells = new Map();
  let cell = 0;
  for (let round = 0; round < rounds; round += 1)
    for (const clients of clientCounts) {
      cell += 1;
      for (const index of systems.keys()) {
        // Each system takes each place in turn.
        const system = systems[(index + round) % systems.length];
        const options = { clients, seconds: Number(values.seconds), inputAt: inputsOf(cell) };
        const turn = await load({ ask: ask[system], pid: pidOf(system), ...options });
        const key = `${clients} ${system}`;
        cells.set(key, [...(cells.get(key) ?? []), turn]);
        const rate = turn.requestsPerSecond.toFixed(1);
        say(`${label}, round ${round + 1}: ${clients} clients, ${system}: ${rate} requests/s`);
      }
    }
  return (clients, system) => cells.get(`${clients} ${system}`);
}

function figuresOf(head, turns) {
  const results = clientCounts.flatMap(clients =>
    systems.map(system => {
      const found = turns(clients, system);
      const sorted = found.flatMap(turn => turn.latencies).sort((a, b) => a - b);
      return {
        ...head,
        clients,
        system,
        requests: sorted.length,
        requestsPerSecond: rounded(mean(found.map(turn => turn.requestsPerSecond))),
        p50Ms: rounded(percentile(sorted, 0.5)),
        p99Ms: rounded(percentile(sorted, 0.99)),
        processorMs: rounded(mean(found.map(turn => turn.processorMs))),
      };
    }),
  );
  const ratios = clientCounts.flatMap(clients =>
    ['generate', 'score'].map(system => {
      const ratio = figure =>
        ratioOf(...[system, 'llama-server'].map(name => turns(clients, name).map(turn => turn[figure])));
      const pair = { ...head, clients, system, against: 'llama-server' };
      return { ...pair, ...ratio('requestsPerSecond'), processorTime: ratio('processorMs') };
    }),
  );
  return { results, ratios };
}

async function measure(specialist, quantization, rows) {
  const folders = await foldersOf(specialist, quantization, scratch, tools);
  const { manifest, file } = folders;
  const main = join(dist, 'cli', 'main.js');
  const gateway = await startGateway(main, scratch, { folders, manifest, data, sequences });
  const server = await startLlamaServer(values.environment, scratch, { file, threads, sequences });
  const ask = asking(gateway, server, manifest);
  const pidOf = system => (system === 'llama-server' ? server : gateway).pid;
  const sameAnswers = await compareAnswers(ask, rows.slice(0, 24));
  const type = manifest.quantization;
  const measured = [];
  for (const inputs of values.inputs.split(',')) {
    const inputsOf = { fresh: freshInputs, repeated: repeatedInputs }[inputs](rows, seededRandom(1));
    const turns = await turnsOf(inputsOf, ask, pidOf, `${type}, ${inputs} inputs`);
    measured.push(figuresOf({ quantization: type, picked: quantization === 'picked', inputs }, turns));
  }
  stopServers();
  const { sha256, sizeBytes } = manifest.files.model;
  return {
    ratios: measured.flatMap(({ ratios }) => ratios),
    results: measured.flatMap(({ results }) => results),
    model: { quantization: type, sha256, sizeBytes, sameAnswers },
  };
}

try {
  const specialist = resolve(values.specialist ?? specialistOf(workspace, join(dist, 'cli', 'main.js')));
  const rows = readFileSync(data, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line).input);
  const measured = [];
  for (const quantization of values.quantization.split(','))
    measured.push(await measure(specialist, quantization, rows));
  const report = {
    benchmark: 'serving',
    ratios: measured.flatMap(({ ratios }) => ratios),
    results: measured.flatMap(({ results }) => results),
    models: measured.map(({ model }) => model),
    threads,
    sequences,
    node: process.version,
    processor: cpus()[0]?.model,
    cores: cpus().length,
    loadAverage: loadavg()[0],
  };
  mkdirSync(resolve(values.out, '..'), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
  if (!values.json) {
    console.table(report.results);
    console.table(
      report.ratios.map(({ processorTime, ...ratio }) => ({ ...ratio, processorTime: processorTime.ratio })),
    );
  }
  console.log(JSON.stringify(report));
} finally {
  cleanUp();
}
