import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../core/chat-model.ts';
import { InterruptedError, UpstreamError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import type { Prompt, Task } from '../../core/task.ts';
import { answering, paid, type Reply } from './fixtures/paid.ts';
import type { GenerateOptions } from './generate-options.ts';
import { generateRows } from './generate-rows.ts';
import { planInputRequests } from './inputs/input-request.ts';
import { KnownInputs } from './inputs/known-inputs.ts';
import { parseInputs } from './inputs/parse-inputs.ts';
import type { SetAsideMade } from './made-row.ts';
import { growConfigSchema } from './schema.ts';

const labels = ['Leaking', 'Noise'];
const task: Task = { kind: 'classify', labels };
const prompt: Prompt = { instruction: 'Name the fault.', system: null, maxAnswerTokens: 8 };
const train: Example[] = Array.from({ length: 8 }, (_, at) => ({
  id: `row-${at}`,
  messages: [{ role: 'user', content: `seed text number ${'abcdefgh'[at]}` }],
  target: at % 2 ? 'Noise' : 'Leaking',
  references: [],
  group: null,
  source: { file: 'rows.jsonl', line: at + 1 },
}));
const passage = { file: 'manual.pdf', page: 3, text: 'Seals wear after a year.' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const isForInputs = ({ messages }: GenerateRequest) => messages.at(-1)!.content.includes('"inputs"');
const said = (request: GenerateRequest) => request.messages.at(-1)!.content;

async function run(
  reply: (request: GenerateRequest) => Reply,
  changes: Partial<GenerateOptions> & {
    readonly rows?: number;
    readonly budgetUsd?: number;
    readonly signal?: AbortSignal;
  } = {},
) {
  const { chat, asked } = answering(reply);
  const { model, purse, journal } = await paid(chat, join(folder, 'requests.jsonl'), changes);
  const config = growConfigSchema.parse({ perRequest: 2, samples: 3, ...changes.config });
  const requests = planInputRequests({
    task,
    train,
    passages: [],
    rows: changes.rows ?? 4,
    perRequest: config.perRequest,
    seedsPerRequest: 2,
    seed: 1,
  });
  try {
    const made = await generateRows({
      task,
      prompt,
      requests,
      shots: [],
      usualCharacters: 40,
      teacher: model,
      judge: null,
      readTarget: text =>
        labels.includes(text) ? { value: text } : { reason: `"${text}" is not one of the labels` },
      known: new KnownInputs(['the known pump leaks at the flange'], config.maxSimilarity),
      testLikeness: input => (input.includes('sealed') ? 'near-test-split' : null),
      promptHash: 'p'.repeat(64),
      onProgress: () => {},
      ...changes,
      config,
    });
    return { made, asked, purse };
  } finally {
    await journal.close();
  }
}

const codes = (setAside: readonly SetAsideMade[]) => setAside.map(({ code }) => code);

describe('generating rows', () => {
  it('asks for inputs of each label in turn, answers each several times, and keeps where a row comes from', async () => {
    const { made, asked } = await run(request => {
      if (!isForInputs(request)) return said(request).includes('squeal') ? 'Noise' : 'Leaking';
      return said(request).includes('the label "Noise"')
        ? '{"inputs": ["a loud squeal from the fan", "squealing belt at start"]}'
        : 'Here you are:\n```json\n{"inputs": ["oil under the gearbox", "water drips off the tap"]}\n```';
    });
    expect(made.rows.map(({ input, target }) => [input, target])).toEqual([
      ['oil under the gearbox', 'Leaking'],
      ['water drips off the tap', 'Leaking'],
      ['a loud squeal from the fan', 'Noise'],
      ['squealing belt at start', 'Noise'],
    ]);
    expect(made.setAside).toEqual([]);
    expect(asked).toHaveLength(2 + 4 * 3);
    const first = made.rows[0]!.provenance;
    expect(first).toMatchObject({
      kind: 'generated',
      teacher: { model: 'teacher-model', host: 'models.example.com' },
      promptHash: 'p'.repeat(64),
      at: '2026-11-28T00:00:00.000Z',
      intendedLabel: 'Leaking',
      samples: 3,
      agreement: 1,
      judge: null,
      document: null,
    });
    expect(first.costUsd).toBeCloseTo(0.03, 9);
    expect(first.seeds).toHaveLength(2);
    for (const id of first.seeds) {
      const seed = train.find(row => row.id === id)!;
      expect(seed.target).toBe('Leaking');
      expect(said(asked[0]!)).toContain(seed.messages[0]!.content);
    }
  });

  it('sets aside what is known, like a test row, too long or not agreed on, before it is paid for where it can', async () => {
    const inputs = [
      'The known pump  leaks at the flange',
      'the known pump leaks at the flanges',
      'something sealed and secret',
      'x'.repeat(200),
      'unclear case of the motor',
      'a hum that is a leak',
      'odd answer for the gear',
      'good new drip at the valve',
    ];
    const { made, asked } = await run(
      request => {
        if (isForInputs(request)) return JSON.stringify({ inputs });
        if (said(request).includes('unclear')) return request.seed === 0 ? 'Leaking' : 'Noise';
        if (said(request).includes('hum that')) return 'Noise';
        return said(request).includes('odd answer') ? 'Smell' : 'Leaking';
      },
      { rows: 2, config: growConfigSchema.parse({ maxInputCharacters: 100, minAgreement: 0.8, samples: 3 }) },
    );
    expect(made.rows.map(({ input }) => input)).toEqual(['good new drip at the valve']);
    expect(codes(made.setAside)).toEqual([
      'duplicate',
      'near-duplicate',
      'near-test-split',
      'too-long',
      'no-agreement',
      'not-the-intended-label',
      'no-agreement',
    ]);
    expect(JSON.stringify(made)).not.toContain('secret');
    expect(made.setAside.at(-1)!.reason).toContain('"Smell" is not one of the labels');
    // Two answers showed that three could not agree; one sufficed where it was unusable.
    expect(asked.filter(request => said(request).includes('unclear'))).toHaveLength(2);
    expect(asked.filter(request => said(request).includes('odd answer'))).toHaveLength(1);
  });

  it('writes about documents and says which page', async () => {
    const requests = planInputRequests({
      task,
      train,
      passages: [passage],
      rows: 1,
      perRequest: 1,
      seedsPerRequest: 2,
      seed: 1,
    });
    const { made, asked } = await run(
      request => (isForInputs(request) ? '{"inputs": ["my seal is a year old and drips"]}' : 'Leaking'),
      { requests },
    );
    expect(said(asked[0]!)).toContain('Seals wear after a year.');
    expect(made.rows[0]!.provenance).toMatchObject({
      document: { file: 'manual.pdf', page: 3 },
      intendedLabel: null,
    });
  });

  it('lets another model judge, and keeps what it says', async () => {
    const judge = answering(request =>
      said(request).includes('tap')
        ? '{"right": false, "reason": "a tap is no machine"}'
        : said(request).includes('gearbox')
          ? 'hm'
          : '{"right": true, "reason": "clear case"}',
    );
    const opened = await paid(judge.chat, join(folder, 'judge.jsonl'), { model: 'judge-model' });
    const { made } = await run(
      request =>
        isForInputs(request)
          ? '{"inputs": ["oil under the gearbox", "water drips off the tap", "brine below the pump"]}'
          : 'Leaking',
      { rows: 2, judge: opened.model },
    );
    await opened.journal.close();
    expect(made.rows.map(({ provenance }) => provenance.judge)).toEqual([
      { model: 'judge-model', host: 'models.example.com', reason: 'clear case' },
    ]);
    expect(made.setAside.map(({ code, reason }) => [code, reason])).toEqual([
      ['judge-unusable', "the judge's answer cannot be read: hm"],
      ['judged-wrong', 'a tap is no machine'],
    ]);
  });

  it('takes JSON that fits the schema, and for free text the answer most like the others', async () => {
    const requests = planInputRequests({
      task: { kind: 'generate' },
      train,
      passages: [],
      rows: 1,
      perRequest: 1,
      seedsPerRequest: 2,
      seed: 1,
    });
    const asks = '{"inputs": ["where is the leak of pump nine"]}';
    const json = ['```json\n{"part": "seal"}\n```', '{"part":"seal"}', '{"part": "seal"}'];
    const extract = await run(request => (isForInputs(request) ? asks : json[request.seed!]!), {
      requests,
      task: { kind: 'extract', schema: { type: 'object' } },
      readTarget: text => {
        try {
          return { value: JSON.stringify(JSON.parse(text)) };
        } catch {
          return { reason: 'no JSON' };
        }
      },
    });
    expect(extract.made.rows.map(({ target, provenance }) => [target, provenance.agreement])).toEqual([
      ['{"part":"seal"}', 1],
    ]);
    await rm(join(folder, 'requests.jsonl'));
    const texts = ['the seal of the pump leaks', 'the seal of pump nine leaks', 'ask the vendor'];
    const free = await run(request => (isForInputs(request) ? asks : texts[request.seed!]!), {
      requests,
      task: { kind: 'generate' },
      readTarget: text => ({ value: text }),
      config: growConfigSchema.parse({ samples: 3, minAgreement: 0.3 }),
    });
    expect(free.made.rows).toHaveLength(1);
    expect(free.made.rows[0]!.target).toContain('seal');
    expect(free.made.rows[0]!.provenance.agreement).toBeLessThan(0.8);
  });

  it('lists requests that gave nothing: refused, cut off, unusable, failed', async () => {
    const replies: Reply[] = [
      'I’m sorry, but I can’t help with that.',
      { text: '{"inputs": ["half a li', finishReason: 'length' },
      'two pumps and a valve',
      new UpstreamError('upstream-unavailable', 'broken', 'Wait.'),
    ];
    const { made } = await run(request => replies[request.seed!]!, { rows: 8 });
    expect(made.rows).toEqual([]);
    expect(made.setAside.map(({ code, from }) => [code, from])).toEqual([
      ['teacher-refused', 1],
      ['answer-cut-off', 2],
      ['answer-unusable', 3],
      ['upstream-failed', 4],
    ]);
  });

  it('stops where the server is out of order or refuses the key, and a later run pays only for the rest', async () => {
    const broken = new UpstreamError('upstream-unavailable', 'broken', 'Wait.');
    const works = (request: GenerateRequest) =>
      isForInputs(request)
        ? `{"inputs": ["leak ${'abcdefghijkl'[request.seed!]} at an odd place"]}`
        : 'Leaking';
    const config = growConfigSchema.parse({ samples: 1, concurrency: 1, perRequest: 1 });
    await expect(
      run(request => (request.seed! > 2 || !isForInputs(request) ? broken : works(request)), {
        rows: 12,
        config,
      }),
    ).rejects.toBe(broken);
    const unauthorized = new UpstreamError('upstream-unauthorized', 'no', 'Check the key.');
    await expect(run(() => unauthorized, { rows: 12, config })).rejects.toBe(unauthorized);
    const { asked } = await run(works, { rows: 12, config });
    expect(asked.filter(isForInputs).map(({ seed }) => seed)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('ends with what it has when the budget is reached, and goes on with a larger one', async () => {
    const reply = (request: GenerateRequest) =>
      isForInputs(request)
        ? `{"inputs": ["new leak ${'abcdefgh'.repeat(3)[request.seed!]} of oil"]}`
        : 'Leaking';
    const config = growConfigSchema.parse({ samples: 1, concurrency: 1, perRequest: 1 });
    const options = { rows: 16, config };
    const labels = planInputRequests({
      task,
      train,
      passages: [],
      rows: 16,
      perRequest: 1,
      seedsPerRequest: 2,
      seed: 1,
    });
    const requests = labels.map(request => ({ ...request, intendedLabel: null }));
    const short = await run(reply, { ...options, requests, budgetUsd: 0.15 });
    expect(short.made.budgetReached).toBe(true);
    expect(codes(short.made.setAside)).toContain('budget-reached');
    expect(short.purse.spentUsd).toBeLessThanOrEqual(0.15);
    const whole = await run(reply, { ...options, requests });
    expect(whole.made.budgetReached).toBe(false);
    expect(whole.asked.length + short.asked.length).toBe(
      new Set([...short.asked, ...whole.asked].map(request => JSON.stringify(request))).size,
    );
  });

  it('is interrupted without a loss', async () => {
    const abort = new AbortController();
    const reply = (request: GenerateRequest) => {
      if (request.seed === 1) abort.abort();
      return isForInputs(request) ? `{"inputs": ["wet spot number ${'ab'[request.seed!]}"]}` : 'Leaking';
    };
    await expect(run(reply, { signal: abort.signal })).rejects.toBeInstanceOf(InterruptedError);
    const { asked } = await run(reply);
    expect(asked.every(request => !isForInputs(request))).toBe(true);
  });
});

describe('a plan of requests', () => {
  it('begins like a shorter one, and asks for exactly as many inputs as are wanted', () => {
    const plan = (rows: number) =>
      planInputRequests({ task, train, passages: [], rows, perRequest: 3, seedsPerRequest: 2, seed: 7 });
    expect(plan(20).slice(0, 3)).toEqual(plan(9));
    expect(plan(20).reduce((sum, { count }) => sum + count, 0)).toBe(20);
  });
});

describe('the answer to a request for inputs', () => {
  it('is read as a list or an object, of texts or of objects with one text', () => {
    expect(parseInputs('["a", {"text": "b"}, 3, ""]', 'stop')).toEqual({ inputs: ['a', 'b'] });
    expect(parseInputs('{"inputs": []}', 'stop')).toEqual({ inputs: [] });
    expect(parseInputs('', 'filter')).toMatchObject({ code: 'teacher-refused' });
  });
});
