import { z } from 'zod';
import type { Message } from '../../../core/example.ts';
import type { RawRecord } from '../readers/raw-row.ts';
import type { Mapped } from './field-mapping.ts';

const content = z.union(
  [
    z.string(),
    z
      .array(z.object({ type: z.literal('text'), text: z.string() }))
      .transform(parts => parts.map(part => part.text).join('')),
  ],
  'is not text',
);

/** @see https://platform.openai.com/docs/guides/supervised-fine-tuning (training data format) */
const conversationSchema = z.array(
  z.object({
    role: z
      .enum(['system', 'developer', 'user', 'assistant', 'tool'])
      .transform(role => (role === 'developer' ? ('system' as const) : role)),
    content,
    // Exporters write the key for every message, also where nothing was called.
    tool_calls: z.tuple([], 'has tool calls, which are not supported').nullish(),
  }),
);

/** Splits an OpenAI chat record: the last assistant message is the target, what comes before it the input. */
export function readChatRecord(record: RawRecord): Mapped<{ messages: Message[]; target: string }> {
  const problem = (code: string, reason: string) => ({ problem: { code, reason } });
  if (!Object.hasOwn(record, 'messages')) return problem('missing-field', 'the row has no "messages"');
  const parsed = conversationSchema.safeParse(record['messages']);
  if (!parsed.success) {
    const { issues } = parsed.error;
    // A message with tool calls has no content either; the calls are why.
    const issue = issues.find(({ path }) => path.at(-1) === 'tool_calls') ?? issues[0]!;
    const place = issue.path
      .map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join('');
    return problem('wrong-type', `messages${place}: ${issue.message}`);
  }
  const conversation: Message[] = parsed.data.map(({ role, content: text }) => ({ role, content: text }));
  const last = conversation.findLastIndex(message => message.role === 'assistant');
  if (last === -1) return problem('missing-field', '"messages" has no assistant message to learn from');
  if (last !== conversation.length - 1) {
    return problem('answer-not-last', 'the last assistant message is followed by further messages');
  }
  const messages = conversation.slice(0, last);
  if (!messages.some(message => message.role === 'user')) {
    return problem('empty-input', '"messages" has no user message before the answer');
  }
  return { value: { messages, target: conversation[last]!.content } };
}
