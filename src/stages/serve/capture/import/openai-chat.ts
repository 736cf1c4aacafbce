import { isError, loggedAnswer, loggedMessages } from './conversation.ts';
import { complete, type ReadExchange } from './exchange.ts';
import { field, type LogRecord, listOf, numberField, objectOf, textField, timeField } from './fields.ts';

/**
 * OpenAI's chat format: training rows `{messages}` whose last message is the assistant's, or a request and its
 * response side by side, `{request, response}`.
 * @see https://platform.openai.com/docs/guides/supervised-fine-tuning
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function readOpenaiChat(record: LogRecord): readonly ReadExchange[] {
  const request = objectOf(field(record, 'request', 'body')) ?? record;
  const response = objectOf(field(record, 'response'));
  const completion = objectOf(response?.['body']) ?? response;
  const failed = (numberField(response ?? {}, 'status_code') ?? 200) >= 400 || isError(completion ?? {});
  if (failed) return [{ skipped: 'the call failed' }];
  if (objectOf(listOf(completion?.['choices'])[0])?.['finish_reason'] === 'length')
    return [{ skipped: 'the answer was cut off' }];
  const usage = objectOf(completion?.['usage']) ?? {};
  const details = objectOf(usage['prompt_tokens_details']) ?? {};
  const messages = loggedMessages(field(request, 'messages'));
  const last = messages?.at(-1);
  const answered = completion === null && last?.role === 'assistant';
  // OpenAI's fine-tuning does not learn a message of weight 0 either.
  if (answered && objectOf(listOf(field(request, 'messages')).at(-1))?.['weight'] === 0)
    return [{ skipped: 'a message of weight 0 is not learnt' }];
  return [
    complete({
      id: textField(record, 'id', 'custom_id') ?? textField(completion ?? {}, 'id'),
      at: timeField(record, 'created', 'created_at', 'timestamp') ?? timeField(completion ?? {}, 'created'),
      model: textField(request, 'model') ?? textField(completion ?? {}, 'model'),
      messages: answered ? (messages?.slice(0, -1) ?? null) : messages,
      answer: answered ? last.content : completion === null ? null : loggedAnswer(completion),
      latencyMs: null,
      promptTokens: numberField(usage, 'prompt_tokens'),
      completionTokens: numberField(usage, 'completion_tokens'),
      cachedTokens: numberField(details, 'cached_tokens'),
      costUsd: null,
    }),
  ];
}
