import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { ConfigError } from '../../core/errors/index.ts';
import { isFile } from '../../files/path-kind.ts';
import { decodedChunks } from '../../stages/data/readers/decoded-chunks.ts';
import { readDelimited } from '../../stages/data/readers/delimited.ts';
import { readJsonl } from '../../stages/data/readers/jsonl.ts';
import type { RawRow } from '../../stages/data/readers/raw-row.ts';
import { readJsonArray } from './json-array.ts';

/** Longest record that is read, in bytes. */
const maxRecordBytes = 32 << 20;

/**
 * Records of an exported log, whether it is JSON Lines, a JSON array, one JSON object, CSV or TSV.
 * @throws ConfigError `log-file-missing`; DataError `wrong-encoding` | `broken-header` | `broken-quoting`
 */
export async function* readLog(path: string): AsyncGenerator<RawRow> {
  const name = basename(path);
  const begins = await beginning(path);
  const chunks = decodedChunks(path, name, 'utf-8');
  if (begins.startsWith('[')) yield* readJsonArray(chunks, maxRecordBytes);
  else if (isWholeObject(begins)) yield* readJsonArray(asArray(chunks), maxRecordBytes);
  else if (begins.startsWith('{')) yield* readJsonl(chunks, maxRecordBytes);
  else {
    const header = begins.split('\n', 1)[0] ?? '';
    yield* readDelimited(chunks, name, header.includes('\t') ? '\t' : ',', maxRecordBytes);
  }
}

/** An object over several lines, as a download of one trace is, is no JSON Lines. */
function isWholeObject(begins: string): boolean {
  return begins.startsWith('{') && /^\{\s*(?:\n|$)/.test(begins);
}

async function* asArray(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('[');
  yield* chunks;
  yield Buffer.from(']');
}

async function beginning(path: string): Promise<string> {
  if (!(await isFile(path))) {
    throw new ConfigError(
      'log-file-missing',
      `${path} is no file that can be read`,
      'Name an exported log: JSON Lines, a JSON array, or CSV.',
      { details: { file: path } },
    );
  }
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0);
    return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF?\s*/, '');
  } finally {
    await file.close();
  }
}
