import { expect, it } from 'vitest';
import { bareInput, inputMessages } from './input-rule.ts';

const user = (content: string) => ({ role: 'user' as const, content });

it('takes the last user message, or the conversation as it came', () => {
  const messages = [{ role: 'system' as const, content: 'Be brief.' }, user('a'), user('b')];
  expect(inputMessages(messages, bareInput)).toEqual([user('b')]);
  expect(inputMessages(messages, { ...bareInput, messages: 'conversation' })).toEqual(messages);
});

it('cuts the input out of an old prompt, and takes a message without the marks as it is', () => {
  const rule = { ...bareInput, before: 'Report: ', after: '\nAnswer' };
  const prompt = 'Classify.\nReport: Answer: no\nAnswer with a label.';
  expect(inputMessages([user(prompt)], rule)).toEqual([user('Answer: no')]);
  expect(inputMessages([user('hose drips')], rule)).toEqual([user('hose drips')]);
});
