import { excerptOf, type RowProblem } from './raw-row.ts';

/** One physical line, or why it is not held. */
export type Line =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly problem: RowProblem; readonly excerpt: string };

const newline = 0x0a;

/**
 * Splits UTF-8 chunks at line feeds. A line above `maxBytes` is reported as `row-too-long` and skipped to its
 * end; at most `maxBytes` plus one chunk are ever held, however long the line is. A final `\r` is dropped.
 */
export async function* boundedLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let line = 1;
  let parts: Buffer[] = [];
  let held = 0;
  let length = 0;

  const keep = (bytes: Buffer): void => {
    length += bytes.length;
    if (held > maxBytes || bytes.length === 0) return;
    // A copy, so that a few kept bytes do not keep a whole chunk alive.
    const kept = Buffer.from(bytes.subarray(0, maxBytes + 1 - held));
    parts.push(kept);
    held += kept.length;
  };
  const finish = (): Line => {
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const found: Line =
      length > maxBytes
        ? {
            line,
            problem: {
              code: 'row-too-long',
              reason: `the row has ${length} bytes, data.maxRowBytes allows ${maxBytes}`,
            },
            excerpt: excerptOf(bytes.toString('utf8', 0, 1024)),
          }
        : { line, text: bytes.toString('utf8').replace(/\r$/, '') };
    line += 1;
    parts = [];
    held = 0;
    length = 0;
    return found;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
      keep(chunk.subarray(from, to));
      yield finish();
      from = to + 1;
    }
    keep(chunk.subarray(from));
  }
  if (length > 0) yield finish();
}
