import type { Message } from '../../../../core/example.ts';
import { requestMessages, textOf } from '../request-messages.ts';
import { objectOf } from './fields.ts';

/** The conversation that a logged input holds: a list of messages, `{messages}`, `{prompt}`, text, or any value. */
export function loggedMessages(input: unknown): Message[] | null {
  if (typeof input === 'string') return input.trim() === '' ? null : [{ role: 'user', content: input }];
  if (Array.isArray(input)) return requestMessages('chat/completions', { messages: input });
  const object = objectOf(input);
  if (object === null) return null;
  // `system` beside `messages` is how Anthropic's API has it.
  if (Array.isArray(object['messages'])) return requestMessages('messages', object);
  if (typeof object['prompt'] === 'string') return [{ role: 'user', content: object['prompt'] }];
  return Object.keys(object).length === 0 ? null : [{ role: 'user', content: JSON.stringify(object) }];
}

/** The answer that a logged output holds: text, a message, a chat completion, a list that ends in one, or any value. */
export function loggedAnswer(output: unknown): string | null {
  if (typeof output === 'string') return output === '' ? null : output;
  if (Array.isArray(output)) {
    const last: unknown = output.at(-1);
    // Content parts, as Anthropic's API has them, or messages.
    return objectOf(last)?.['role'] === undefined ? textOf(output) || null : loggedAnswer(last);
  }
  const object = objectOf(output);
  if (object === null) return null;
  if (Array.isArray(object['choices'])) {
    const choice = objectOf(object['choices'][0]);
    return loggedAnswer(choice?.['message'] ?? choice?.['text']);
  }
  for (const name of ['content', 'completion', 'text', 'output']) {
    const value = object[name];
    if (typeof value === 'string' || Array.isArray(value)) return textOf(value) || null;
  }
  // A message that only calls tools has no text to learn.
  if (object['role'] !== undefined || Object.keys(object).length === 0) return null;
  return JSON.stringify(object);
}
