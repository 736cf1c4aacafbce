import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatModel, GenerateRequest } from '../core/chat-model.ts';
import { ConfigError, DataError, InterruptedError } from '../core/errors/index.ts';
import type { Example } from '../core/example.ts';
import type { Prompt, Task } from '../core/task.ts';
import { type AnswerOptions, answerExamples, answersKey } from './answer-examples.ts';
import { journalPath } from './answer-journal.ts';
import { chooseShots } from './choose-shots.ts';
import { instructedMessages, specialistMessages } from './messages.ts';

const task: Task = { kind: 'classify', labels: ['Leaking', 'Noise'] };
const prompt: Prompt = { instruction: 'Name the fault.', system: null, maxAnswerTokens: 8 };
const examples: Example[] = ['drips', 'squeals', 'wet', 'hums'].map((content, at) => ({
  id: `row-${at}`,
  messages: [{ role: 'user', content }],
  target: at % 2 ? 'Noise' : 'Leaking',
  references: [],
  group: null,
  source: { file: 'rows.jsonl', line: at + 1 },
}));

/** A model that answers by a function of the last message, and remembers what it was asked. */
function model(reply: (input: string) => string, supports = { score: false, jsonSchema: false }) {
  const asked: string[] = [];
  const requests: GenerateRequest[] = [];
  const usage = { promptTokens: 5, completionTokens: 2, cachedTokens: 0, costUsd: null };
  const chat: ChatModel = {
    info: { id: 'test', contextTokens: null, supports: { logprobs: false, ...supports } },
    async generate(request) {
      requests.push(request);
      asked.push(request.messages.at(-1)!.content);
      const text = reply(request.messages.at(-1)!.content);
      return { text, finishReason: 'stop', logprobs: null, usage, latencyMs: 3 };
    },
    async *stream() {},
    async score(request) {
      asked.push(`score ${request.messages.at(-1)!.content}`);
      return { probabilities: [0.2, 0.8], best: 'Noise', usage, latencyMs: 2 };
    },
    async close() {},
  };
  return { chat, asked, requests };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'answering-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const base = (chat: ChatModel): AnswerOptions => ({
  model: chat,
  task,
  prompt,
  examples,
  mode: 'specialist',
});

describe('answering', () => {
  it('scores labels where the model can, and generates where it cannot or must not be constrained', async () => {
    const scoring = model(() => 'Leaking', { score: true, jsonSchema: false });
    const scored = await answerExamples(base(scoring.chat));
    expect(scored[0]).toMatchObject({
      text: 'Noise',
      confidence: 0.8,
      probabilities: [0.2, 0.8],
      error: null,
    });
    const free = await answerExamples({ ...base(scoring.chat), constrained: false });
    expect(free[0]).toMatchObject({ text: 'Leaking', confidence: null, probabilities: null });
  });

  it('constrains extraction to the schema only where that is supported and wanted', async () => {
    const extract = {
      ...base(model(() => '{}', { score: false, jsonSchema: true }).chat),
      task: { kind: 'extract', schema: { type: 'object' } } as Task,
    };
    const able = model(() => '{}', { score: false, jsonSchema: true });
    await answerExamples({ ...extract, model: able.chat });
    await answerExamples({ ...extract, model: able.chat, constrained: false });
    expect(able.requests[0]!.jsonSchema).toEqual({ type: 'object' });
    expect(able.requests.at(-1)!.jsonSchema).toBeUndefined();
  });

  it('holds records to the order of properties that their targets are written in', async () => {
    const properties = { item: { type: 'string' }, activity: { type: 'string' } };
    const { chat, requests } = model(() => '{}', { score: false, jsonSchema: true });
    const task: Task = { kind: 'extract', schema: { type: 'object', properties } };
    await answerExamples({ ...base(chat), task });
    expect(Object.keys(requests[0]!.jsonSchema!['properties']!)).toEqual(['activity', 'item']);
  });

  it('turns a failing row into an answer with its error and keeps every row in its place', async () => {
    const { chat } = model(input => {
      if (input === 'squeals') throw new DataError('input-too-long', 'row has 9000 tokens', 'Shorten it.');
      return 'Leaking';
    });
    const answers = await answerExamples({ ...base(chat), concurrency: 3 });
    expect(answers.map(answer => answer.exampleId)).toEqual(examples.map(example => example.id));
    expect(answers.map(answer => answer.error)).toEqual([
      null,
      'input-too-long: row has 9000 tokens',
      null,
      null,
    ]);
  });

  it('does not call a model bad that answers nothing at all', async () => {
    const { chat } = model(() => {
      throw new Error('connection refused');
    });
    await expect(answerExamples(base(chat))).rejects.toMatchObject({ code: 'every-row-failed' });
  });

  it('stops at once where the set-up is wrong', async () => {
    const { chat, asked } = model(() => {
      throw new ConfigError('key-missing', 'no key', 'Set the key.');
    });
    await expect(answerExamples(base(chat))).rejects.toMatchObject({ code: 'key-missing' });
    expect(asked).toHaveLength(1);
  });

  it('asks only what is left after an interruption, a torn last line and a failed row included', async () => {
    const answersFile = join(folder, 'answers.jsonl');
    const abort = new AbortController();
    const first = model(input => {
      if (input === 'drips') throw new Error('flaky');
      if (input === 'squeals') abort.abort();
      return 'Noise';
    });
    const options = { ...base(first.chat), answersFile, signal: abort.signal };
    await expect(answerExamples(options)).rejects.toBeInstanceOf(InterruptedError);
    await appendFile(journalPath(answersFile, answersKey(options)), '{"exampleId":"row-2","te');

    const second = model(() => 'Leaking');
    const answers = await answerExamples({ ...base(second.chat), answersFile });
    expect(second.asked).toEqual(['drips', 'wet', 'hums']);
    expect(answers.map(answer => answer.text)).toEqual(['Leaking', 'Noise', 'Leaking', 'Leaking']);
    const lines = (await readFile(answersFile, 'utf8')).trim().split('\n');
    expect(lines.map(line => JSON.parse(line).exampleId)).toEqual(examples.map(({ id }) => id));

    const third = model(() => 'never asked');
    await answerExamples({ ...base(third.chat), answersFile });
    expect(third.asked).toEqual([]);
  });

  it('asks again when the prompt has changed', async () => {
    const answersFile = join(folder, 'answers.jsonl');
    await answerExamples({ ...base(model(() => 'Noise').chat), answersFile });
    const other = model(() => 'Noise');
    await answerExamples({ ...base(other.chat), answersFile, prompt: { ...prompt, system: 'Be brief.' } });
    expect(other.asked).toHaveLength(4);
  });
});

describe('messages', () => {
  it('shows a specialist the bare input', () => {
    expect(specialistMessages(prompt, examples[0]!)).toEqual([{ role: 'user', content: 'drips' }]);
  });

  it('shows an untuned model the instruction, every label, the solved examples and the input', () => {
    const messages = instructedMessages(task, prompt, examples[0]!, [examples[1]!]);
    expect(messages.map(message => message.role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages[0]!.content).toContain('Name the fault.');
    expect(messages[0]!.content).toContain('- Noise');
    expect(messages[2]!.content).toBe('Noise');
    expect(messages[3]!.content).toBe('drips');
  });

  it('joins system messages into one at the start', () => {
    const example = { messages: [{ role: 'system' as const, content: 'Site B.' }, ...examples[0]!.messages] };
    const messages = instructedMessages(task, prompt, example, [examples[1]!]);
    expect(messages.filter(message => message.role === 'system')).toHaveLength(1);
    expect(messages[0]!.content).toMatch(/^Name the fault\.[\s\S]*Site B\.$/u);
  });

  it('takes shots of every label in turn and the same ones for the same seed', () => {
    const rows = Array.from({ length: 30 }, (_, at) => ({
      ...examples[0]!,
      id: `r${at}`,
      target: at < 28 ? 'a' : 'b',
    }));
    const shots = chooseShots(rows, 4, 3, true);
    expect(shots.map(shot => shot.target)).toEqual(['a', 'b', 'a', 'b']);
    expect(chooseShots([...rows].reverse(), 4, 3, true)).toEqual(shots);
    expect(chooseShots(rows, 5, 3, true).map(shot => shot.target)).toEqual(['a', 'b', 'a', 'b', 'a']);
    expect(chooseShots(rows, 99, 3, true)).toHaveLength(30);
  });
});
