import { loggedAnswer, loggedMessages } from './conversation.ts';
import { complete, type ReadExchange } from './exchange.ts';
import { field, type LogRecord, numberField, objectOf, textField, timeField } from './fields.ts';

/**
 * Langfuse: observations or traces as its tables and its API export them (`traceId`), as its blob storage holds
 * them (`trace_id`), or one trace with its observations. Only generations called a model; a trace without
 * observations stands for one.
 * @see https://langfuse.com/docs/api-and-data-platform/features/export-from-ui
 * @see https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields
 */
export function readLangfuse(record: LogRecord): readonly ReadExchange[] {
  const trace = objectOf(field(record, 'trace')) ?? record;
  const observations = field(record, 'observations') ?? field(trace, 'observations');
  const inside = Array.isArray(observations) ? observations.map(objectOf).filter(one => one !== null) : [];
  if (inside.length > 0) return inside.map(readObservation);
  return [readObservation(trace)];
}

function readObservation(record: LogRecord): ReadExchange {
  const type = textField(record, 'type');
  if (type !== null && type.toUpperCase() !== 'GENERATION')
    return { skipped: `${type.toLowerCase()} calls no model` };
  if (textField(record, 'level') === 'ERROR') return { skipped: 'the call failed' };
  const usage = objectOf(field(record, 'usageDetails', 'usage_details', 'usage')) ?? {};
  const cost = objectOf(field(record, 'costDetails', 'cost_details')) ?? {};
  const start = timeField(record, 'startTime', 'start_time', 'timestamp');
  const end = timeField(record, 'endTime', 'end_time');
  const latency = numberField(record, 'latency');
  return complete({
    id: textField(record, 'id'),
    at: start,
    model: textField(record, 'model', 'providedModelName', 'provided_model_name', 'name'),
    messages: loggedMessages(field(record, 'input')),
    answer: loggedAnswer(field(record, 'output')),
    latencyMs:
      start !== null && end !== null && end >= start
        ? end - start
        : latency === null
          ? null
          : latency * 1_000,
    promptTokens:
      numberField(record, 'promptTokens', 'prompt_tokens', 'inputTokens', 'inputUsage') ??
      numberField(usage, 'input', 'promptTokens'),
    completionTokens:
      numberField(record, 'completionTokens', 'completion_tokens', 'outputTokens', 'outputUsage') ??
      numberField(usage, 'output', 'completionTokens'),
    cachedTokens: numberField(usage, 'input_cached_tokens', 'cache_read_input_tokens'),
    costUsd:
      numberField(record, 'totalCost', 'total_cost', 'calculatedTotalCost') ?? numberField(cost, 'total'),
  });
}
