import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { docxOf, encryptedPdf, pdfOf } from '../../src/stages/grow/fixtures/documents.ts';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../dist/cli/main.js');
const labels = ['Leaking', 'Noise', 'Overheating'];

interface Asked {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly seed: number;
  readonly logprobs?: boolean;
}

/** A large model that can be made to keep its answers to itself. */
class Teacher {
  /** Bodies in the order they came, and those whose answer was sent. */
  readonly received: string[] = [];
  readonly answered: string[] = [];
  /** Answers given before the others are held back. */
  answersLeft = Number.POSITIVE_INFINITY;
  onHeld: () => void = () => {};
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', () => this.#answer(Buffer.concat(chunks).toString('utf8'), response));
      response.on('error', () => {});
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(text: string, response: ServerResponse): void {
    this.received.push(text);
    if (this.answersLeft <= 0) {
      this.onHeld();
      return;
    }
    this.answersLeft -= 1;
    const asked = JSON.parse(text) as Asked;
    const content = contentFor(asked);
    const logprobs = asked.logprobs
      ? { content: [{ token: content, logprob: -0.05, top_logprobs: [{ token: 'Noise', logprob: -3 }] }] }
      : null;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop', logprobs }],
        usage: { prompt_tokens: 100, completion_tokens: 10 },
      }),
    );
    this.answered.push(text);
  }
}

/** New inputs where some are asked for, a verdict of the judge, else the label that stands in the input. */
function contentFor({ model, messages, seed }: Asked): string {
  const last = messages.at(-1)!.content;
  if (model === 'judge-model') return '{"right": true, "reason": "clear"}';
  if (last.includes('"inputs"')) {
    const label = /the label "(\w+)"/u.exec(last)?.[1] ?? labels[seed % 3]!;
    const word = (at: number) =>
      ['amber', 'birch', 'cobalt', 'dune', 'ember', 'fjord', 'grove', 'harbour'][at % 8]!;
    const inputs = [0, 1].map(
      at => `${word(seed)} unit ${word(seed + at + 3)} shows ${label} at the ${word(seed * 3 + at)} side`,
    );
    return JSON.stringify({ inputs });
  }
  return labels.find(label => last.includes(label)) ?? 'Noise';
}

let dir: string;
let teacher: Teacher;

/** A workspace whose rows are imported; every test works on a copy. */
let imported: string;

beforeAll(async () => {
  dir = imported = await mkdtemp(join(tmpdir(), 'stepdown-growing-'));
  const rows = Array.from({ length: 60 }, (_, at) => ({
    input: `Machine ${'abcdefghijklmnopqrst'[at % 20]}${at} in hall ${at % 7}: ${labels[at % 3]} reported by shift ${at}`,
    output: labels[at % 3],
  }));
  await writeFile(join(dir, 'rows.jsonl'), rows.map(row => JSON.stringify(row)).join('\n'));
  teacher = new Teacher();
  await teacher.listen();
  await configure();
  teacher.close();
  await testSplitHash();
});
afterAll(() => rm(imported, { recursive: true, force: true }));
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-growing-'));
  await cp(imported, dir, { recursive: true });
  teacher = new Teacher();
  await teacher.listen();
  await configure();
});
afterEach(async () => {
  teacher.close();
  await rm(dir, { recursive: true, force: true });
});

async function configure(
  changes: { model?: string; price?: boolean; grow?: object; sources?: object[] } = {},
) {
  const config = {
    name: 'triage',
    task: { kind: 'classify', instruction: 'Name the fault.' },
    data: { sources: [{ file: 'rows.jsonl' }, ...(changes.sources ?? [])] },
    large: {
      baseUrl: teacher.url,
      model: changes.model ?? 'teacher-model',
      maxRetries: 0,
      ...(changes.price === false ? {} : { price: { input: 1, output: 4 } }),
    },
    grow: { perRequest: 2, samples: 3, concurrency: 2, shots: 0, ...changes.grow },
  };
  await writeFile(join(dir, 'stepdown.yaml'), JSON.stringify(config));
}

/** Starts the program; `ended` is its exit code and what it printed. */
function start(...argv: string[]) {
  const child = spawn(process.execPath, [program, ...argv, '--json'], {
    cwd: dir,
    env: { ...process.env, STEPDOWN_CACHE: join(dir, 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; json: ReturnType<typeof JSON.parse>; stderr: string }>(
    done =>
      child.on('close', code => done({ code, json: stdout === '' ? null : JSON.parse(stdout), stderr })),
  );
  return { child, ended };
}
const stepdown = (...argv: string[]) => start(...argv).ended;

const lines = async (file: string) =>
  (await readFile(join(dir, file), 'utf8'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));

async function testSplitHash(): Promise<string> {
  const { code, json } = await stepdown('data', 'import');
  expect(code).toBe(0);
  return json.dataset.splits.test.sha256;
}

describe('data generate', () => {
  it('makes rows that import takes into the train split, and leaves the test split as it was', async () => {
    const before = await testSplitHash();
    await configure({
      grow: { judge: { baseUrl: teacher.url, model: 'judge-model', price: { input: 1, output: 1 } } },
    });
    const { code, json, stderr } = await stepdown('data', 'generate', 'made.jsonl', '--rows', '12', '--yes');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('the terms are not known');
    const rows = await lines('made.jsonl');
    expect(rows.length).toBeGreaterThan(5);
    expect(json.rows).toBe(rows.length);
    const aside = await lines('made.set-aside.jsonl');
    expect(rows.length + aside.length).toBe(json.inputs);
    expect(Object.values(json.setAside as Record<string, number>).reduce((a, b) => a + b, 0)).toBe(
      aside.length,
    );
    for (const row of rows) {
      expect(row.input).toContain(row.output);
      expect(row.provenance).toMatchObject({
        kind: 'generated',
        teacher: { model: 'teacher-model' },
        samples: 3,
        agreement: 1,
        judge: { model: 'judge-model', reason: 'clear' },
      });
      expect(row.provenance.seeds.length).toBeGreaterThan(0);
    }
    // By hand: every answer is 100 tokens in at 1 and 10 out at 4 dollars a million; the judge's cost 1 and 1.
    const judged = teacher.received.filter(body => body.includes('judge-model')).length;
    const asked = teacher.received.length - judged;
    expect(json.spent.nowUsd).toBeCloseTo((asked * 140 + judged * 110) / 1e6, 9);

    await configure({ sources: [{ file: 'made.jsonl', split: 'train' }] });
    expect(await testSplitHash()).toBe(before);
    const shown = await stepdown('data', 'show');
    expect(shown.json.manifest.splits.train.rows).toBeGreaterThan(40);

    // The same command makes the same rows again, and pays for none.
    const seenBefore = teacher.received.length;
    await configure({
      sources: [{ file: 'made.jsonl', split: 'train' }],
      grow: { judge: { baseUrl: teacher.url, model: 'judge-model', price: { input: 1, output: 1 } } },
    });
    expect((await stepdown('data', 'generate', 'made.jsonl', '--rows', '12', '--yes')).code).toBe(0);
    expect(await lines('made.jsonl')).toEqual(rows);
    expect(teacher.received).toHaveLength(seenBefore);

    // Made rows are known now, but none of them is shown to the teacher as an example.
    const seen = teacher.received.length;
    expect((await stepdown('data', 'generate', 'more.jsonl', '--rows', '20', '--yes')).code).toBe(0);
    for (const body of teacher.received.slice(seen).filter(text => text.includes('<example>')))
      for (const row of rows) expect(body).not.toContain(row.input);
  });

  it('writes about documents, and lists those it cannot read', async () => {
    await mkdir(join(dir, 'docs'));
    const about = 'The pump is cooled by water from the ring line and stops when that is warm. ';
    await writeFile(join(dir, 'docs', 'manual.pdf'), pdfOf(['x', about.repeat(3)]));
    await writeFile(join(dir, 'docs', 'notes.docx'), docxOf([about.repeat(4)]));
    await writeFile(join(dir, 'docs', 'locked.pdf'), encryptedPdf());
    await writeFile(join(dir, 'docs', 'broken.pdf'), 'no pdf');
    const { code, json } = await stepdown(
      'data',
      'generate',
      'made.jsonl',
      '--documents',
      'docs',
      '--rows',
      '4',
      '--yes',
    );
    expect(code).toBe(0);
    expect(json.plan.documents).toMatchObject({ read: 2, passages: 2 });
    expect(
      json.plan.documents.unread.map(({ file, code: why }: Record<string, string>) => [file, why]),
    ).toEqual([
      ['broken.pdf', 'unreadable'],
      ['locked.pdf', 'encrypted'],
    ]);
    const places = (await lines('made.jsonl')).map(row => row.provenance.document);
    expect(places).toContainEqual({ file: 'manual.pdf', page: 2 });
    expect(places).toContainEqual({ file: 'notes.docx', page: null });
  });

  it('gives a document up that takes too long', async () => {
    await configure({ grow: { documents: { timeoutMs: 1 } } });
    await mkdir(join(dir, 'docs'));
    await writeFile(join(dir, 'docs', 'manual.pdf'), pdfOf(['some text']));
    const { code, json } = await stepdown('data', 'generate', 'made.jsonl', '--documents', 'docs', '--yes');
    expect(code).toBe(2);
    expect(json.error).toMatchObject({
      code: 'documents-unreadable',
      details: { unread: [{ file: 'manual.pdf', code: 'too-slow' }] },
    });
    expect(teacher.received).toEqual([]);
  });

  it('killed at any moment, pays for no answer twice', async () => {
    const command = ['data', 'generate', 'made.jsonl', '--rows', '24', '--yes'] as const;
    for (const answers of [1, 7, 16]) {
      teacher.answersLeft = answers;
      const { child, ended } = start(...command);
      await new Promise<void>(held => {
        // Both workers wait for an answer then: whatever was answered before is in use, and so in the journal.
        let waiting = 0;
        teacher.onHeld = () => {
          waiting += 1;
          if (waiting === 2 || answers === 1) held();
        };
      });
      child.kill('SIGKILL');
      expect((await ended).code).toBeNull();
    }
    teacher.answersLeft = Number.POSITIVE_INFINITY;
    const last = await stepdown(...command);
    expect(last.code).toBe(0);
    expect(last.json.spent.answeredBefore).toBeGreaterThan(15);
    expect(last.json.spent.lost).toBeGreaterThan(0);
    expect(new Set(teacher.answered).size).toBe(teacher.answered.length);

    const count = teacher.received.length;
    const rows = await readFile(join(dir, 'made.jsonl'), 'utf8');
    const again = await stepdown(...command);
    expect(again.json.spent).toMatchObject({ requests: 0, nowUsd: 0 });
    expect(teacher.received).toHaveLength(count);
    expect(await readFile(join(dir, 'made.jsonl'), 'utf8')).toBe(rows);
  });

  it('keeps a budget over runs and goes on with a larger one', async () => {
    await configure({ grow: { concurrency: 1 } });
    const command = ['data', 'generate', 'made.jsonl', '--rows', '12', '--yes', '--budget-usd'] as const;
    for (let run = 0; run < 2; run++) {
      const { code, json } = await stepdown(...command, '0.004');
      expect(code).toBe(0);
      expect(json).toMatchObject({ budgetReached: true });
      expect(json.spent.nowUsd + json.spent.earlierUsd).toBeLessThanOrEqual(0.004);
    }
    const whole = await stepdown(...command, '5');
    expect(whole.json.budgetReached).toBe(false);
    expect(new Set(teacher.answered).size).toBe(teacher.answered.length);
  });

  it('asks nothing before the cost is confirmed, and shows it', async () => {
    const { code, json } = await stepdown('data', 'generate', 'made.jsonl', '--rows', '10');
    expect(code).toBe(2);
    expect(json.error.code).toBe('confirmation-needed');
    const { costUsd } = json.error.details.plan.estimate;
    expect(costUsd.low).toBeLessThan(costUsd.value);
    expect(costUsd.value).toBeLessThan(costUsd.high);
    expect(teacher.received).toEqual([]);
  });

  it('refuses before anything is asked: known terms, the teacher as judge, a budget without a price, a file of somebody else', async () => {
    const generate = (...more: string[]) =>
      stepdown('data', 'generate', 'made.jsonl', '--rows', '2', '--yes', ...more);
    await configure({ model: 'gpt-4.1' });
    const refused = await generate();
    expect(refused.json.error).toMatchObject({ code: 'teacher-terms' });
    expect(refused.stderr).toContain('may be FORBIDDEN');
    await configure({ grow: { judge: { baseUrl: teacher.url, model: 'teacher-model' } } });
    expect((await generate()).json.error.code).toBe('judge-is-teacher');
    await configure({ price: false });
    expect((await generate('--budget-usd', '1')).json.error.code).toBe('price-missing');
    await configure();
    await writeFile(join(dir, 'made.jsonl'), '{"input": "mine"}\n');
    expect((await generate()).json.error.code).toBe('output-in-use');
    expect(await readFile(join(dir, 'made.jsonl'), 'utf8')).toBe('{"input": "mine"}\n');
    expect(teacher.received).toEqual([]);
    await rm(join(dir, 'made.jsonl'));
    await configure({ model: 'gpt-4.1' });
    expect((await generate('--accept-terms')).code).toBe(0);
  });

  it('ends with exit code 6 where the teacher is out of order, and makes no file', async () => {
    teacher.close();
    const { code, json } = await stepdown('data', 'generate', 'made.jsonl', '--rows', '40', '--yes');
    expect(code).toBe(6);
    expect(json.error.code).toBe('upstream-unreachable');
    await expect(readFile(join(dir, 'made.jsonl'))).rejects.toThrow('ENOENT');
  });
});

describe('data distil', () => {
  it('answers a file of inputs, with log-probabilities, and never one of the test split', async () => {
    const all = (await lines('rows.jsonl')).map(row => row.input as string);
    const train = await stepdown('data', 'show', '--rows', '100');
    const validation = await stepdown('data', 'show', '--rows', '100', '--split', 'validation');
    const known = new Set(
      [...train.json.examples, ...validation.json.examples].map(row => row.messages[0].content),
    );
    const sealed = all.filter(input => !known.has(input));
    expect(sealed.length).toBeGreaterThan(5);
    const fresh = ['A Noise in the cellar', 'Overheating bearing'];
    const rows = [...sealed, ...fresh].map(input => JSON.stringify({ input }));
    await writeFile(join(dir, 'inputs.jsonl'), [...rows, '{"text": 1}'].join('\n'));
    const { code, json } = await stepdown(
      'data',
      'distil',
      'made.jsonl',
      '--inputs',
      'inputs.jsonl',
      '--yes',
    );
    expect(code).toBe(0);
    expect(json.setAside).toMatchObject({ 'in-test-split': sealed.length, 'row-unreadable': 1 });
    const made = await lines('made.jsonl');
    expect(made.map(row => [row.input, row.output])).toEqual([
      ['A Noise in the cellar', 'Noise'],
      ['Overheating bearing', 'Overheating'],
    ]);
    expect(made[0].provenance.probability).toBeCloseTo(Math.exp(-0.05), 9);
    expect(made[0].provenance.tokens[0].top).toEqual([{ token: 'Noise', logprob: -3 }]);
    for (const input of sealed) expect(teacher.received.join()).not.toContain(input);
    expect(await readFile(join(dir, 'made.set-aside.jsonl'), 'utf8')).not.toContain(sealed[0]);
  });

  it('says of the train rows how many the teacher labels alike', async () => {
    const { code, json } = await stepdown(
      'data',
      'distil',
      'made.jsonl',
      '--yes',
      '--min-probability',
      '0.9',
    );
    expect(code).toBe(0);
    expect(json.before.rows).toBe(json.rows);
    expect(json.before.same).toBe(json.rows);
    expect(json.rows).toBeGreaterThan(20);
  });
});
