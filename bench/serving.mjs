// Embedded serving of a specialist against llama.cpp's own server: same file, same cores, interleaved rounds.
//   npm run build && npm run bench:serving -- --json [--specialist DIR] [--data FILE.jsonl]
// Three systems: our gateway scoring labels, our gateway generating, llama-server generating. The generating ones
// get the same tokens. llama-server comes from the wheel that the model tests use: `--python` names an environment
// with xllamacpp.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus, homedir, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const workspace = 'examples/fault-triage';
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    specialist: { type: 'string' },
    data: { type: 'string', default: join(workspace, 'data', 'test.jsonl') },
    dist: { type: 'string', default: 'dist' },
    python: {
      type: 'string',
      default: join(homedir(), '.cache', 'stepdown', 'test-server', 'bin', 'python'),
    },
    clients: { type: 'string', default: '1,8,32' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(cpus().length) },
    sequences: { type: 'string', default: '8' },
    out: { type: 'string', default: 'bench/results/serving.json' },
  },
});
const threads = Number(values.threads);
const specialist = resolve(values.specialist ?? latestSpecialist());
const inputs = readFileSync(values.data, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map(line => JSON.parse(line).input);
const manifest = JSON.parse(readFileSync(join(specialist, 'manifest.json'), 'utf8'));
const from = path => import(pathToFileURL(resolve(values.dist, path)).href);
const { createChatTemplate } = await from('models/templates/chat-template.js');
const template = createChatTemplate(manifest.template);
const scratch = mkdtempSync(join(tmpdir(), 'stepdown-bench-'));
const children = [];

const say = line => process.stderr.write(`${line}\n`);

function latestSpecialist() {
  const folder = join(workspace, '.stepdown', 'specialists');
  const found = existsSync(folder) ? readdirSync(folder) : [];
  if (found.length === 0)
    throw new Error(`no specialist in ${folder}: run \`stepdown run\` there, or name one with --specialist`);
  return join(folder, found.at(-1));
}

/** The same weights as a specialist that writes freely, so that generating can be measured too. */
async function freeWriter() {
  const { specialistHash } = await from('stages/specialist/manifest.js');
  const dir = join(scratch, 'free-writer');
  mkdirSync(dir);
  const model = join(dir, manifest.files.model.path);
  try {
    linkSync(join(specialist, manifest.files.model.path), model);
  } catch {
    cpSync(join(specialist, manifest.files.model.path), model);
  }
  const files = { ...manifest.files, adapterGguf: null, adapterPeft: null };
  const free = {
    ...manifest,
    name: `${manifest.name}-free`,
    task: { kind: 'generate' },
    labelTokens: null,
    files,
  };
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ ...free, hash: specialistHash(free) }));
  return dir;
}

/** Starts a server; gives the first line it prints that `addressOf` finds an address in. */
async function start(command, parameters, options, addressOf) {
  // Neither server's log may cost the terminal's time.
  const log = join(scratch, `log-${children.length}.txt`);
  const child = spawn(command, parameters, { stdio: ['pipe', 'pipe', openSync(log, 'w')], ...options });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const address = addressOf(line);
    if (address) {
      child.stdout.resume();
      return address;
    }
  }
  throw new Error(`${command} ended without an address:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

async function startGateway() {
  const config = join(scratch, 'stepdown.yaml');
  const serve = {
    aliases: {
      score: { kind: 'specialist', specialist },
      generate: { kind: 'specialist', specialist: await freeWriter() },
    },
    capture: { content: 'none', mode: 'batched' },
    limits: { sequences: Number(values.sequences), queue: 1024 },
  };
  const labels = manifest.task.labels;
  const data = { sources: [{ file: resolve(values.data) }] };
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      name: manifest.name,
      task: { kind: 'classify', labels, instruction: '-' },
      data,
      model: manifest.base.reference,
      runtime: { threads },
      serve,
    }),
  );
  const main = resolve(values.dist, 'cli', 'main.js');
  return start(
    process.execPath,
    [main, 'serve', '--config', config, '--port', '0', '--json'],
    { cwd: scratch },
    line => (line.startsWith('{') ? JSON.parse(line).url : null),
  );
}

function startLlamaServer() {
  const file = join(specialist, manifest.files.model.path);
  const script = join(import.meta.dirname, 'llama-server.py');
  return start(values.python, [script, file, String(threads), values.sequences, '512'], {}, line =>
    line.startsWith('http') ? line.trim() : null,
  );
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    cleanUp();
    process.exit(130);
  });

function cleanUp() {
  for (const child of children) {
    child.stdin.end();
    child.kill('SIGTERM');
  }
  rmSync(scratch, { recursive: true, force: true });
}

const agent = new Agent({ keepAlive: true, maxSockets: 1024 });

function post(url, body) {
  return new Promise((done, failed) => {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const sent = request(url, { method: 'POST', agent, headers }, response => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', part => {
        answer += part;
      });
      response.on('end', () => {
        if (response.statusCode === 200) done(JSON.parse(answer));
        else failed(new Error(`${response.statusCode} ${answer.slice(0, 300)}`));
      });
    });
    sent.on('error', failed);
    sent.end(text);
  });
}

const maxTokens = manifest.prompt.maxAnswerTokens;
const chat = alias => (base, input) =>
  post(`${base}/v1/chat/completions`, {
    model: alias,
    messages: [{ role: 'user', content: input }],
    temperature: 0,
  }).then(answer => answer.choices[0].message.content);
const ask = {
  score: chat('score'),
  generate: chat('generate'),
  'llama-server': (base, input) =>
    post(`${base}/v1/completions`, {
      prompt: template.render([{ role: 'user', content: input }]),
      max_tokens: maxTokens,
      temperature: 0,
    }).then(answer => answer.choices[0].text),
};

/** So many clients, each sending its next request when it has its answer; latencies in milliseconds. */
async function load(system, base, clients, seconds, offset) {
  const latencies = [];
  const began = performance.now();
  const until = began + 1000 * seconds;
  let next = offset;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < until) {
        const started = performance.now();
        await ask[system](base, inputs[next++ % inputs.length]);
        latencies.push(performance.now() - started);
      }
    }),
  );
  return { requestsPerSecond: (1000 * latencies.length) / (performance.now() - began), latencies };
}

/** Student's t, 97.5 %, by degrees of freedom. */
const studentT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13];

/** Geometric mean of paired ratios with its 95 % interval over rounds. */
function ratioOf(ours, theirs) {
  const logs = ours.map((one, index) => Math.log(one / theirs[index]));
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
  const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (logs.length - 1);
  const half = (studentT[logs.length - 2] ?? 1.96) * Math.sqrt(variance / logs.length);
  const [ratio, low, high] = [mean, mean - half, mean + half].map(
    one => Math.round(1000 * Math.exp(one)) / 1000,
  );
  return { ratio, low, high, rounds: logs.length };
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const rounded = number => Math.round(100 * number) / 100;

try {
  const gateway = await startGateway();
  const bases = { score: gateway, generate: gateway, 'llama-server': await startLlamaServer() };
  const systems = Object.keys(bases);
  // Both generate from the same tokens: what they say must be the same, or they did not do the same work.
  let same = 0;
  for (const input of inputs.slice(0, 24)) {
    const [ours, theirs] = [
      await ask.generate(gateway, input),
      await ask['llama-server'](bases['llama-server'], input),
    ];
    if (ours.trim() === theirs.trim()) same += 1;
    await ask.score(gateway, input);
  }
  const cells = new Map();
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const clients of values.clients.split(',').map(Number)) {
      const order = systems.map((_, index) => systems[(index + round) % systems.length]);
      for (const system of order) {
        const key = `${clients} ${system}`;
        const cell = cells.get(key) ?? { clients, system, rates: [], latencies: [] };
        cells.set(key, cell);
        // Every system starts at the same inputs.
        const { requestsPerSecond, latencies } = await load(
          system,
          bases[system],
          clients,
          Number(values.seconds),
          17 * round,
        );
        cell.rates.push(requestsPerSecond);
        cell.latencies.push(...latencies);
        say(`round ${round + 1}: ${clients} clients, ${system}: ${requestsPerSecond.toFixed(1)} requests/s`);
      }
    }
  const results = [...cells.values()].map(({ clients, system, rates, latencies }) => {
    const sorted = latencies.sort((a, b) => a - b);
    return {
      clients,
      system,
      requests: sorted.length,
      requestsPerSecond: rounded(rates.reduce((sum, one) => sum + one, 0) / rates.length),
      p50Ms: rounded(percentile(sorted, 0.5)),
      p99Ms: rounded(percentile(sorted, 0.99)),
    };
  });
  const rates = (clients, system) => cells.get(`${clients} ${system}`).rates;
  const ratios = values.clients.split(',').flatMap(clients =>
    ['generate', 'score'].map(system => ({
      clients: Number(clients),
      system,
      against: 'llama-server',
      ...(Number(values.rounds) > 1 ? ratioOf(rates(clients, system), rates(clients, 'llama-server')) : {}),
    })),
  );
  const report = {
    benchmark: 'serving',
    ratios,
    results,
    sameAnswers: { same, of: 24 },
    model: {
      file: manifest.files.model.path,
      sha256: manifest.files.model.sha256,
      quantization: manifest.quantization,
    },
    threads,
    sequences: Number(values.sequences),
    node: process.version,
    processor: cpus()[0]?.model,
    cores: cpus().length,
    loadAverage: loadavg()[0],
  };
  mkdirSync(resolve(values.out, '..'), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
  if (!values.json) {
    console.table(results);
    console.table(ratios);
  }
  console.log(JSON.stringify(report));
} finally {
  agent.destroy();
  cleanUp();
}
