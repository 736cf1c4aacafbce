import { DataError } from '../../../core/errors/index.ts';
import type { Message } from '../../../core/example.ts';

/**
 * Which part of a conversation is the specialist's input. A client that was written for a large model sends its
 * instructions along; the specialist has learnt the task and gets the input as it was trained on it.
 */
export interface InputRule {
  /** `last-user`: the last user message alone; `conversation`: all messages as they came. */
  readonly messages: 'last-user' | 'conversation';
  /** Text before the input in the last user message; it and all in front of it is left out where it occurs. */
  readonly before: string;
  /** Text after the input; it and all behind it is left out where it occurs. */
  readonly after: string;
}

export const bareInput: InputRule = { messages: 'last-user', before: '', after: '' };

/**
 * The messages that are put to the specialist.
 * @throws DataError `request-invalid` where there is no user message, or nothing is left of it
 */
export function inputMessages(messages: readonly Message[], rule: InputRule): Message[] {
  const last = messages.findLastIndex(message => message.role === 'user');
  const asked = messages[last];
  if (asked === undefined)
    throw new DataError(
      'request-invalid',
      'messages holds no user message',
      'Send the input as a message with the role user.',
      { details: { param: 'messages' } },
    );
  const input: Message = { role: 'user', content: between(asked.content, rule) };
  if (input.content.trim() === '')
    throw new DataError(
      'request-invalid',
      'The last user message holds no text',
      'Send the input as the content of the last user message.',
      { details: { param: 'messages' } },
    );
  return rule.messages === 'last-user'
    ? [input]
    : [...messages.slice(0, last), input, ...messages.slice(last + 1)];
}

/** The text between the first `before` and, behind it, the last `after`; either may be missing. */
function between(text: string, { before, after }: InputRule): string {
  const start = before === '' ? -1 : text.indexOf(before);
  const rest = start < 0 ? text : text.slice(start + before.length);
  const end = after === '' ? -1 : rest.lastIndexOf(after);
  return end < 0 ? rest : rest.slice(0, end);
}
