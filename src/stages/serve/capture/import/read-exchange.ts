import type { LogFormat } from '../names.ts';
import type { ReadExchange } from './exchange.ts';
import type { LogRecord } from './fields.ts';
import { readLangfuse } from './langfuse.ts';
import { readLitellm } from './litellm.ts';
import { readOpenaiChat } from './openai-chat.ts';

const readers: Readonly<Record<LogFormat, (record: LogRecord) => readonly ReadExchange[]>> = {
  'openai-chat': readOpenaiChat,
  langfuse: readLangfuse,
  litellm: readLitellm,
};

/** The exchanges of one record: mostly one; a trace has as many as it called models. */
export function readExchange(format: LogFormat, record: LogRecord): readonly ReadExchange[] {
  return readers[format](record);
}
