import type { Message } from '../../../../core/example.ts';
import { requestMessages, textOf } from '../request-messages.ts';
import { type LogRecord, objectOf } from './fields.ts';

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

/** What stands beside a text in an answer that is no chat message; a record with other fields is the answer itself. */
const besideText = new Set(
  'id type object name model usage created finish_reason stop_reason stop stop_sequence refusal logprobs'.split(
    ' ',
  ),
);
const textNames = ['content', 'completion', 'text', 'output'];

/** The answer that a logged output holds: text, a message, a chat completion, a list that ends in one, or any value. */
export function loggedAnswer(output: unknown): string | null {
  if (typeof output === 'string') return output === '' ? null : output;
  if (typeof output === 'number' || typeof output === 'boolean') return String(output);
  if (Array.isArray(output)) {
    const last: unknown = output.at(-1);
    // Content parts, as Anthropic's API has them, or messages.
    return objectOf(last)?.['role'] === undefined ? spokenText(output) : loggedAnswer(last);
  }
  const object = objectOf(output);
  if (object === null || isError(object)) return null;
  if (Array.isArray(object['choices'])) {
    const choice = objectOf(object['choices'][0]);
    return loggedAnswer(choice?.['message'] ?? choice?.['text']);
  }
  const isMessage = object['role'] !== undefined;
  const response = ['response', 'message', 'text_completion'].includes(
    String(object['object'] ?? object['type']),
  );
  const name = textNames.find(one => typeof object[one] === 'string' || Array.isArray(object[one]));
  const alone = Object.keys(object).every(key => key === name || besideText.has(key));
  if (name !== undefined && (isMessage || response || alone)) return loggedAnswer(object[name]);
  // A message that only calls tools has no text to learn.
  if (isMessage || Object.keys(object).length === 0) return null;
  return JSON.stringify(object);
}

/** Whether a response says that there is no answer: what an API sends in place of one. */
export function isError(response: LogRecord): boolean {
  const { error, type } = response;
  return type === 'error' || typeof objectOf(error)?.['message'] === 'string';
}

/** What content parts say to the client: texts and refusals, without thoughts and calls of tools. */
function spokenText(parts: readonly unknown[]): string | null {
  const spoken = parts.filter(part => {
    const { type, text, refusal } = objectOf(part) ?? {};
    if (/thinking|reasoning/.test(String(type))) return false;
    return [part, text, refusal].some(value => typeof value === 'string');
  });
  return textOf(spoken) || null;
}
