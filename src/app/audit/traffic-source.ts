import type { AuditSource } from '../../stages/audit/index.ts';
import { openLooseFile } from '../../stages/data/loose/open-loose-file.ts';
import { type OpenedSource, readSource } from '../../stages/data/readers/open-source.ts';
import { excerptOfRecord, type RawRecord } from '../../stages/data/readers/raw-row.ts';
import { textKey } from '../../stages/data/rows/row.ts';
import type { FileReading } from './file-source.ts';

/**
 * A file of captured inputs; answers are not looked at. A row has the input column, or `messages`.
 * @throws as `openLooseFile` does
 */
export async function trafficSource(path: string, reading: FileReading): Promise<AuditSource> {
  const opened = await openLooseFile(path, reading);
  return { file: opened.name, split: null, read: () => inputs(opened, reading) };
}

async function* inputs(opened: OpenedSource, reading: FileReading): ReturnType<AuditSource['read']> {
  for await (const raw of readSource(opened, reading.maxRowBytes, reading.signal)) {
    const { line } = raw;
    if ('problem' in raw) {
      yield { line, reason: raw.problem.reason, excerpt: raw.excerpt };
      continue;
    }
    const text = inputOf(raw.record, reading.fields.input);
    if (text === null) {
      const reason = `the row has no "${reading.fields.input}" and no "messages"`;
      yield { line, reason, excerpt: excerptOfRecord(raw.record) };
    } else {
      const messages = [{ role: 'user', content: text }] as const;
      yield { line, id: null, key: textKey(messages, reading.ignoreCase), messages, text, target: '' };
    }
  }
}

/** What the user and the system wrote. */
function inputOf(record: RawRecord, column: string): string | null {
  const direct = record[column] ?? record['input'];
  if (typeof direct === 'string' && direct.trim() !== '') return direct;
  const { messages } = record;
  if (!Array.isArray(messages)) return null;
  const contents = messages
    .filter(message => typeof message?.content === 'string' && message.role !== 'assistant')
    .map(message => String(message.content));
  return contents.length === 0 ? null : contents.join('\n\n');
}
