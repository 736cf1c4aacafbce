/**
 * What an audit costs and what it finds: 10,000 rows, a million short rows, planted edits and planted label noise.
 *
 *   node bench/audit.mjs --rows <train.jsonl> [--only rows|million|edits|noise] [--million 1000000] [--output <file>]
 *   node bench/audit.mjs --only judges --rows <train.jsonl> --held-out <test.jsonl> --workspace <dir> [--drawn 600]
 *
 * `judges` plants label noise in rows that the workspace's specialist never saw, and compares specialist and linear
 * model as judges of labels; it writes answers into that workspace.
 *
 * The rows are BANKING77 (`input`, `output`). Each case runs in a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    only: { type: 'string' },
    case: { type: 'string' },
    million: { type: 'string', default: '1000000' },
    'held-out': { type: 'string' },
    workspace: { type: 'string' },
    drawn: { type: 'string', default: '600' },
    output: { type: 'string' },
  },
});
/** Microseconds that loading the sources took: an installed stepdown is compiled. */
let loadingCpu = 0;
const names = ['rows', 'million', 'edits', 'noise'];

if (values.case === undefined) all();
else process.stdout.write(`${JSON.stringify(await measure(values.case))}\n`);

function all() {
  const results = {};
  for (const name of values.only === undefined ? names : [values.only]) {
    const options = ['case', 'rows', 'million', 'held-out', 'workspace', 'drawn'].flatMap(option => {
      const value = option === 'case' ? name : values[option];
      return value === undefined ? [] : [`--${option}`, value];
    });
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...options], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.status !== 0) throw new Error(`${name} ended with ${child.status ?? child.signal}`);
    results[name] = JSON.parse(child.stdout);
    process.stderr.write(`${name} ${JSON.stringify(results[name])}\n`);
  }
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    load: loadavg().map(load => Math.round(load * 10) / 10),
    note: 'other heavy processes shared the cores where the load is above their number: times are pessimistic',
  };
  const text = `${JSON.stringify({ stepdown: version, node: process.version, machine, results }, null, 2)}\n`;
  if (values.output === undefined) process.stdout.write(text);
  else writeFileSync(values.output, text);
}

async function measure(name) {
  register('../scripts/typescript-loader.mjs', import.meta.url);
  const { createApp } = await import('../src/app/create-app.ts');
  await import('../src/app/audit/audit.ts');
  loadingCpu = process.cpuUsage().user + process.cpuUsage().system;
  const folder = mkdtempSync(join(tmpdir(), 'stepdown-bench-audit-'));
  const app = await createApp({
    workspaceDir: values.workspace ?? folder,
    overrides: {},
    progress: { say() {}, update() {} },
    signal: new AbortController().signal,
  });
  const rows = readFileSync(values.rows, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const write = written => {
    const file = join(folder, 'rows.jsonl');
    writeFileSync(file, written.map(row => JSON.stringify(row)).join('\n'));
    return file;
  };
  try {
    if (name === 'rows') return cost(await app.auditData({ file: values.rows, kind: 'classify' }));
    if (name === 'million') return await million(app, rows, join(folder, 'rows.jsonl'));
    if (name === 'edits') return await edits(app, rows, write);
    if (name === 'judges') return await judges(app, write);
    return { uniform: await noise(app, rows, write, false), confusable: await noise(app, rows, write, true) };
  } finally {
    await app.close();
    rmSync(folder, { recursive: true });
  }
}

function cost(audit) {
  return {
    rows: audit.rows,
    seconds: Math.round(audit.tookMs / 100) / 10,
    cpuSeconds: Math.round((process.cpuUsage().user + process.cpuUsage().system - loadingCpu) / 1e5) / 10,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1000),
    findings: Object.fromEntries(audit.findings.map(({ kind, count }) => [kind, count])),
    approximations: audit.approximations,
  };
}

/** A million short rows: the beginning of one row and the end of another, so that nearly all differ. */
async function million(app, rows, file) {
  const random = randomOf(1);
  const stream = createWriteStream(file);
  const halves = rows.map(({ input, output }) => {
    const words = input.split(/\s+/);
    const middle = Math.ceil(words.length / 2);
    return { head: words.slice(0, middle).join(' '), tail: words.slice(middle).join(' '), output };
  });
  for (let row = 0; row < Number(values.million); row += 1) {
    const [first, second] = [halves[random(halves.length)], halves[random(halves.length)]];
    const line = JSON.stringify({ input: `${first.head} ${second.tail}`, output: first.output });
    if (!stream.write(`${line}\n`)) await new Promise(resolve => stream.once('drain', resolve));
  }
  await new Promise(resolve => stream.end(resolve));
  return cost(await app.auditData({ file, kind: 'classify' }));
}

/** Rows of at least 60 characters, and a copy of every second one with a typing slip or another word in it. */
async function edits(app, rows, write) {
  const random = randomOf(2);
  const long = rows.filter(({ input }) => input.length >= 60);
  const recall = {};
  for (const edit of ['typo', 'word', 'twoTypos']) {
    const copies = long
      .filter((_, at) => at % 2 === 0)
      .map(({ input, output }) => ({ input: edited(input, edit, random), output }));
    const audit = await app.auditData({ file: write([...long, ...copies]), kind: 'classify' });
    const found = new Set(
      audit.findings
        .filter(({ kind }) =>
          ['near-duplicate', 'near-conflict', 'exact-duplicate', 'conflict'].includes(kind),
        )
        .flatMap(({ lines }) => lines[0].lines),
    );
    const caught = copies.filter((_, at) => found.has(long.length + at + 1)).length;
    recall[edit] = { planted: copies.length, recall: Math.round((caught / copies.length) * 10000) / 10000 };
  }
  return {
    threshold: 'Jaccard of character 3-shingles at least 0.7',
    rows: 'at least 60 characters',
    recall,
  };
}

function edited(text, edit, random) {
  if (edit === 'twoTypos') return edited(edited(text, 'typo', random), 'typo', random);
  const letter = 'abcdefghijklmnopqrstuvwxyz'[random(26)];
  if (edit === 'typo') {
    const at = random(text.length);
    const cut = random(3);
    return text.slice(0, at) + (cut === 0 ? '' : letter) + text.slice(cut === 1 ? at : at + 1);
  }
  const words = text.split(' ');
  const at = random(words.length);
  words[at] = ['thing', 'really', 'please', 'money', 'now'][random(5)];
  return words.join(' ');
}

/** A tenth of the labels changed: to any other label, or to the one whose rows are most like the row's own. */
async function noise(app, rows, write, confusable) {
  const { noisy, planted } = withNoise(rows, confusable);
  const audit = await app.auditData({ file: write(noisy), kind: 'classify' });
  const { items, count } = audit.findings.find(({ kind }) => kind === 'label-noise');
  const hits = items.map(({ rows: [row] }) => planted.has(row.line));
  const { precision, recall, precisionAtRecall60 } = ranked(hits, planted.size);
  return { planted: planted.size, listed: count, precision, recall, precisionAtRecall60 };
}

/**
 * Drawn held-out rows with label noise, judged by the workspace's specialist and by the linear model: which learns from
 * the held-out rows alone, or from the training rows too.
 */
async function judges(app, write) {
  const held = readFileSync(values['held-out'], 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const random = randomOf(4);
  const drawn = [];
  while (drawn.length < Number(values.drawn)) drawn.push(...held.splice(random(held.length), 1));
  const results = {};
  for (const beside of [false, true])
    for (const confusable of [false, true]) {
      const { noisy, planted } = withNoise(drawn, confusable);
      const file = write(noisy);
      const sources = beside
        ? { file: values.rows, others: [{ split: 'test', file }] }
        : { file, others: [] };
      const audit = await app.auditData({ ...sources, kind: 'classify', specialist: { dir: null } });
      const items = (audit.findings.find(({ kind }) => kind === 'label-noise')?.items ?? []).filter(
        ({ rows: [row] }) => !beside || row.split === 'test',
      );
      results[`${beside ? 'besideTraining' : 'alone'}${confusable ? 'Confusable' : 'Uniform'}`] = {
        rows: noisy.length,
        planted: planted.size,
        judges: audit.labelJudges,
        ...byJudge(items, planted),
      };
    }
  return results;
}

/** The lists of both judges, what both suspect, and the list of the audit. */
function byJudge(items, planted) {
  const hit = ({ rows: [row] }) => planted.has(row.line);
  const suspicionOf = (item, judge) => item.opinions.find(one => one.judge === judge && one.suspects);
  const listOf = (judge, key) =>
    items
      .flatMap(item => {
        const suspicion = suspicionOf(item, judge);
        return suspicion === undefined ? [] : [{ item, key: key(suspicion) }];
      })
      .sort((a, b) => b.key - a.key)
      .map(({ item }) => hit(item));
  const margin = ({ probability, own }) => probability - own;
  const both = items.filter(({ opinions }) => opinions.length === 2 && opinions.every(one => one.suspects));
  const of = hits => ranked(hits, planted.size);
  return {
    specialist: of(listOf('specialist', margin)),
    specialistByOwn: of(listOf('specialist', ({ own }) => 1 - own)),
    linear: of(listOf('linear', ({ own }) => 1 - own)),
    linearByMargin: of(listOf('linear', margin)),
    both: of(both.map(hit)),
    audit: of(items.map(hit)),
  };
}

/** How well a ranked list finds what was planted. */
function ranked(hits, planted) {
  const all = hits.filter(Boolean).length;
  let [seen, caught] = [0, 0];
  while (seen < hits.length && caught < 0.6 * planted) caught += hits[seen++] ? 1 : 0;
  const ratio = (a, b) => Math.round((a / b) * 1000) / 1000;
  return {
    listed: hits.length,
    right: all,
    precision: ratio(all, hits.length),
    recall: ratio(all, planted),
    precisionAtRecall60: caught >= 0.6 * planted ? ratio(caught, seen) : null,
    readForRecall60: caught >= 0.6 * planted ? seen : null,
  };
}

function withNoise(rows, confusable) {
  const random = randomOf(3);
  const labels = [...new Set(rows.map(({ output }) => output))].sort();
  const near = new Map(labels.map(label => [label, nearest(label, labels)]));
  const planted = new Set();
  const noisy = rows.map((row, at) => {
    if (random(10) !== 0) return row;
    planted.add(at + 1);
    let output = confusable ? near.get(row.output) : row.output;
    while (output === row.output) output = labels[random(labels.length)];
    return { ...row, output };
  });
  return { noisy, planted };
}

/** The other label that shares most words of its name. */
function nearest(label, labels) {
  const words = new Set(label.split('_'));
  const shared = other =>
    other.split('_').filter(word => words.has(word)).length / (other.split('_').length + words.size);
  return labels.filter(other => other !== label).sort((a, b) => shared(b) - shared(a))[0];
}

/** Park and Miller's generator: the same rows on every machine. */
function randomOf(seed) {
  let state = seed;
  return bound => {
    state = (state * 48271) % 2147483647;
    return state % bound;
  };
}
