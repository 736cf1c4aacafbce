import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UpstreamError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import type { Task } from '../../core/task.ts';
import { type DistilOptions, distilRows } from './distil-rows.ts';
import { answering, paid, type Reply } from './fixtures/paid.ts';
import { growConfigSchema } from './schema.ts';

const labels = ['Leaking', 'Noise'];
const task: Task = { kind: 'classify', labels };
const example = (content: string, at: number, target = ''): Example => ({
  id: `line-${at}`,
  messages: [{ role: 'user', content }],
  target,
  references: [],
  group: null,
  source: { file: 'input', line: at },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distil-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(reply: (input: string, withTokens: boolean) => Reply, changes: Partial<DistilOptions>) {
  const { chat, asked } = answering(request =>
    reply(request.messages.at(-1)!.content, request.topLogprobs !== undefined),
  );
  const { model, journal } = await paid(chat, join(folder, 'requests.jsonl'));
  try {
    const made = await distilRows({
      task,
      prompt: { instruction: 'Name the fault.', system: null, maxAnswerTokens: 8 },
      config: growConfigSchema.parse({ concurrency: 1 }),
      examples: [],
      shots: [],
      teacher: model,
      readTarget: text => (labels.includes(text) ? { value: text } : { reason: 'not a label' }),
      testLikeness: input => (input.includes('sealed') ? 'in-test-split' : null),
      minProbability: null,
      promptHash: 'p'.repeat(64),
      onProgress: () => {},
      ...changes,
    });
    return { made, asked };
  } finally {
    await journal.close();
  }
}

const sure = (text: string, probability: number): Reply => ({
  text,
  logprobs: [
    { token: text, tokenId: null, logprob: Math.log(probability), top: [{ token: 'No', logprob: -3 }] },
  ],
});

describe('distilling', () => {
  it('takes the teacher’s answers as targets, with its log-probabilities and what the row said before', async () => {
    const { made, asked } = await run(input => sure(input.includes('hum') ? 'Noise.' : 'Leaking', 0.9), {
      examples: [
        example('it drips', 1, 'Leaking'),
        example('it hums', 2, 'Leaking'),
        example('it is wet', 3),
      ],
    });
    expect(made.rows.map(({ target, before }) => [target, before])).toEqual([
      ['Leaking', 'Leaking'],
      ['Noise', 'Leaking'],
      ['Leaking', null],
    ]);
    expect(made.rows[0]!.provenance).toMatchObject({
      kind: 'distilled',
      samples: 1,
      agreement: null,
      judge: null,
    });
    expect(made.rows[0]!.provenance.probability).toBeCloseTo(0.9, 9);
    expect(made.rows[0]!.provenance.tokens![0]!.top).toEqual([{ token: 'No', logprob: -3 }]);
    expect(asked[0]).toMatchObject({ temperature: 0, topLogprobs: 5 });
    expect(JSON.stringify(asked)).not.toContain('"before"');
  });

  it('keeps the probabilities that the teacher gave the labels, where its answer is a label and nothing else', async () => {
    const unsure = (text: string): Reply => ({
      text,
      logprobs: [
        {
          token: text,
          tokenId: null,
          logprob: Math.log(0.6),
          top: [{ token: 'Noise', logprob: Math.log(0.2) }],
        },
      ],
    });
    const { made } = await run(input => unsure(input.includes('dot') ? 'Leaking.' : 'Leaking'), {
      examples: [example('it drips', 1), example('with a dot', 2)],
    });
    const [plain, dotted] = made.rows.map(({ provenance }) => provenance.labelProbabilities);
    expect(plain!['Leaking']).toBeCloseTo(0.75, 9);
    expect(plain!['Noise']).toBeCloseTo(0.25, 9);
    expect(dotted).toBeNull();
  });

  it('sets aside test inputs, repeated ones, unusable answers and unsure ones', async () => {
    const { made, asked } = await run(
      input =>
        input.includes('cut')
          ? { text: 'Leak', finishReason: 'length' }
          : sure(input.includes('odd') ? 'Smell' : 'Leaking', input.includes('dim') ? 0.4 : 0.95),
      {
        minProbability: 0.5,
        examples: ['sealed input', 'it drips', 'It  drips', 'odd one', 'dim one', 'cut one'].map((text, at) =>
          example(text, at + 1),
        ),
      },
    );
    expect(made.rows.map(({ input }) => input)).toEqual(['it drips']);
    expect(made.setAside.map(({ code, from, input }) => [code, from, input])).toEqual([
      ['in-test-split', 1, null],
      ['duplicate', 3, 'It  drips'],
      ['answer-unusable', 4, 'odd one'],
      ['unsure', 5, 'dim one'],
      ['answer-cut-off', 6, 'cut one'],
    ]);
    expect(asked.some(({ messages }) => messages.at(-1)!.content.includes('sealed'))).toBe(false);
  });

  it('goes on without log-probabilities where the server refuses to give them', async () => {
    const { made, asked } = await run(
      (_input, withTokens) =>
        withTokens ? new UpstreamError('upstream-rejected', 'no logprobs', 'Ask less.') : 'Noise',
      { examples: [example('a hum', 1), example('a buzz', 2)] },
    );
    expect(made.rows.map(({ target, provenance }) => [target, provenance.tokens])).toEqual([
      ['Noise', null],
      ['Noise', null],
    ]);
    expect(asked.map(({ topLogprobs }) => topLogprobs)).toEqual([5, undefined, undefined]);
  });

  it('says so where answers are to be chosen by a probability that nobody gives', async () => {
    await expect(
      run(() => 'Noise', { examples: [example('a hum', 1)], minProbability: 0.5 }),
    ).rejects.toMatchObject({
      code: 'logprobs-missing',
    });
  });
});
