import { loggedAnswer, loggedMessages } from './conversation.ts';
import { complete, type ReadExchange } from './exchange.ts';
import { field, type LogRecord, numberField, objectOf, textField, timeField } from './fields.ts';

/**
 * LiteLLM: rows of its table of spend logs (`request_id`, content where `store_prompts_in_spend_logs` is on), or
 * its standard logging payload (`response_cost`), a line a call.
 * @see https://docs.litellm.ai/docs/proxy/logging_spec
 * @see https://docs.litellm.ai/docs/proxy/ui_logs
 */
export function readLitellm(record: LogRecord): readonly ReadExchange[] {
  const payload = objectOf(field(record, 'standard_logging_object')) ?? record;
  const status = textField(payload, 'status');
  if (status === 'failure') return [{ skipped: 'the call failed' }];
  const kind = textField(payload, 'call_type');
  if (kind !== null && !/completion|messages|responses/.test(kind))
    return [{ skipped: `${kind} is no chat` }];
  const proxied = objectOf(field(payload, 'proxy_server_request')) ?? {};
  const body = objectOf(proxied['body']) ?? proxied;
  const response = field(payload, 'response');
  const usage = objectOf(objectOf(response)?.['usage']) ?? {};
  const details = objectOf(usage['prompt_tokens_details']) ?? {};
  const start = timeField(payload, 'startTime');
  const end = timeField(payload, 'endTime');
  const logged = loggedMessages(field(payload, 'messages')) ?? loggedMessages(body['messages']);
  const answer = loggedAnswer(response);
  if (/^redacted.by.litellm/i.test(answer ?? logged?.[0]?.content ?? '')) {
    return [{ problem: { code: 'content-redacted', reason: 'LiteLLM was told not to log messages' } }];
  }
  return [
    complete({
      id: textField(payload, 'request_id', 'id'),
      at: start,
      model: textField(payload, 'model_group', 'model'),
      messages: logged,
      answer,
      latencyMs: start !== null && end !== null && end >= start ? end - start : null,
      promptTokens: numberField(payload, 'prompt_tokens'),
      completionTokens: numberField(payload, 'completion_tokens'),
      cachedTokens: numberField(details, 'cached_tokens'),
      costUsd: numberField(payload, 'spend', 'response_cost'),
    }),
  ];
}
