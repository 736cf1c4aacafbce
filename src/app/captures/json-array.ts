import type { RawRow } from '../../stages/data/readers/raw-row.ts';

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, newline] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x0a,
];

/**
 * The objects of a JSON array, one at a time, however long the array is. The line given is the one on which an
 * object begins; one above `maxBytes` is set aside without being held.
 */
export async function* readJsonArray(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<RawRow> {
  let line = 1;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let began = 1;
  let length = 0;
  let parts: Buffer[] = [];
  const keep = (bytes: Buffer) => {
    length += bytes.length;
    if (length <= maxBytes) parts.push(Buffer.from(bytes));
    else parts = [];
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === newline) line += 1;
      if (escaped) escaped = false;
      else if (inText) {
        if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
      } else if (byte === quote) inText = true;
      else if (byte === openBrace || byte === openBracket) {
        depth += 1;
        // Depth 1 is the array itself.
        if (depth === 2) {
          from = at;
          began = line;
          length = 0;
          parts = [];
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        if (depth === 1) {
          keep(chunk.subarray(from, at + 1));
          yield rowOf(parts, began, length, maxBytes);
          parts = [];
        }
      }
    }
    if (depth > 1) keep(chunk.subarray(from));
  }
  if (depth > 0) {
    const reason = 'the file ends inside the array: it was cut off';
    yield { line: began, problem: { code: 'not-json', reason }, excerpt: '' };
  }
}

function rowOf(parts: readonly Buffer[], line: number, length: number, maxBytes: number): RawRow {
  if (length > maxBytes) {
    const reason = `the record has ${length} bytes, ${maxBytes} are read`;
    return { line, problem: { code: 'row-too-long', reason }, excerpt: '' };
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { line, record: value as Record<string, unknown> };
    }
  } catch {
    return { line, problem: { code: 'not-json', reason: 'the record is not JSON' }, excerpt: '' };
  }
  return { line, problem: { code: 'not-an-object', reason: 'the record is no object' }, excerpt: '' };
}
