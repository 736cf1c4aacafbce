import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatTemplate } from '../../core/chat-model.ts';
import type { Example, Message } from '../../core/example.ts';
import { trainingRow } from './training-rows.ts';

const template = (render: (messages: readonly Message[]) => string): ChatTemplate => ({
  hash: 'h',
  render,
  endOfTurn: '<end>',
  stop: [],
});
const turns = (content: (text: string) => string) => (messages: readonly Message[]) =>
  `${messages.map(message => `<${message.role}>${content(message.content)}\n`).join('')}<assistant>`;
const plain = template(turns(text => text));

const example = (...messages: Message[]): Example => ({
  id: '1',
  messages,
  target: 'Leakage',
  references: [],
  group: null,
  source: { file: 'rows.jsonl', line: 1 },
});
const user = (content: string): Message => ({ role: 'user', content });

/** The text that the span covers, counted in code points as Python does. */
function covered(row: Example, system: string | null = null, given = plain): string | null {
  const prompts = { instruction: '', system, maxAnswerTokens: 8 };
  const { prompt, inputSpan } = trainingRow(row, prompts, given, []);
  return inputSpan && Array.from(prompt).slice(inputSpan[0], inputSpan[1]).join('');
}

test('the span covers exactly the last user message, whatever it holds', () => {
  // Whole code points, as JSON and UTF-8 carry them; the template's own words and marks among them.
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('assistant', 'a', '>', '<user>', '🛢️ oil 漏れ 𝔘', '\uFB01', '$&'),
  );
  fc.assert(
    fc.property(fc.option(text), text, text, (system, first, input) => {
      const row = example(user(first), { role: 'assistant', content: first }, user(input));
      expect(covered(row, system)).toBe(input);
    }),
  );
});

test('the input is found where the same words stand in the system message and in the template', () => {
  expect(covered(example(user('assistant')), 'You are an assistant')).toBe('assistant');
  const { inputSpan } = trainingRow(
    example(user('assistant')),
    { instruction: '', system: 'assistant', maxAnswerTokens: 8 },
    plain,
    [],
  );
  expect(inputSpan).toEqual([
    '<system>assistant\n<user>'.length,
    '<system>assistant\n<user>assistant'.length,
  ]);
});

test('characters outside the basic plane count once, before the input and in it', () => {
  const { inputSpan } = trainingRow(
    example(user('𝔘x')),
    { instruction: '', system: '🛢️🔥', maxAnswerTokens: 8 },
    plain,
    [],
  );
  // The oil drum has a variation selector, which is a code point of its own.
  expect(inputSpan).toEqual([
    '<system>'.length + 3 + '\n<user>'.length,
    '<system>'.length + 3 + '\n<user>'.length + 2,
  ]);
});

test('a template that trims leaves a span without the surrounding space', () => {
  const trimming = template(turns(text => text.trim()));
  expect(covered(example(user('  pump hot\n')), null, trimming)).toBe('pump hot');
});

test('there is no span where the template changes the input, shows it twice or not at all, or it is empty', () => {
  const given = (render: (text: string) => string) =>
    covered(example(user('pump hot')), null, template(turns(render)));
  expect(given(text => text.toUpperCase())).toBeNull();
  expect(given(text => text.replace('hot', 'h o t'))).toBeNull();
  expect(given(text => `${text} ${text}`)).toBeNull();
  expect(given(() => 'hidden')).toBeNull();
  expect(given(text => `${text.length} characters: ${text}`)).toBeNull();
  expect(covered(example(user('')))).toBeNull();
  expect(covered(example({ role: 'assistant', content: 'pump hot' }))).toBeNull();
});

test('a row with label probabilities has the labels of the task as further answers, summing to 1', () => {
  const row = {
    ...example(user('pump hot')),
    labelProbabilities: { Leakage: 0.6, Noise: 0.2, Unheard: 0.2 },
  };
  const prompt = { instruction: '', system: null, maxAnswerTokens: 8 };
  const { teacher } = trainingRow(row, prompt, plain, ['Leakage', 'Noise', 'Other']);
  expect(teacher!.map(({ completion }) => completion)).toEqual(['Leakage<end>', 'Noise<end>']);
  expect(teacher!.map(({ probability }) => Number(probability.toFixed(9)))).toEqual([0.75, 0.25]);
  expect(trainingRow(row, prompt, plain, ['Other'])).not.toHaveProperty('teacher');
  expect(trainingRow(example(user('pump hot')), prompt, plain, ['Leakage'])).not.toHaveProperty('teacher');
});
