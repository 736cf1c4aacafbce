import { ConfigError } from '../../../../core/errors/index.ts';
import { importFormats, type LogFormat } from '../names.ts';
import { field, type LogRecord, objectOf } from './fields.ts';

/** The format that a record is in, by the columns that only this one has; null for none of them. */
export function detectLogFormat(record: LogRecord): LogFormat | null {
  const has = (...names: readonly string[]) => names.every(name => Object.hasOwn(record, name));
  if (has('standard_logging_object') || has('request_id', 'call_type') || has('request_id', 'spend')) {
    return 'litellm';
  }
  if (has('call_type', 'response_cost')) return 'litellm';
  const isObservation = has('type') && (has('traceId') || has('trace_id'));
  const isTrace =
    has('input', 'output') && ['timestamp', 'sessionId', 'session_id', 'userId'].some(name => has(name));
  if (isObservation || isTrace || has('trace', 'observations')) return 'langfuse';
  const request = objectOf(field(record, 'request', 'body')) ?? record;
  return Array.isArray(field(request, 'messages')) ? 'openai-chat' : null;
}

/**
 * The format of a log by its first record.
 * @throws ConfigError `log-format-unknown`
 */
export function logFormat(record: LogRecord, file: string): LogFormat {
  const found = detectLogFormat(record);
  if (found !== null) return found;
  const columns = Object.keys(record).slice(0, 12).join(', ').slice(0, 200);
  throw new ConfigError(
    'log-format-unknown',
    `${file} is in no format that is known; its first record has: ${columns || 'nothing'}`,
    `Export the log as one of ${importFormats.join(', ')} (\`captures import\` takes --format). Rows of your own go into data.sources instead.`,
    { details: { file, formats: importFormats } },
  );
}
