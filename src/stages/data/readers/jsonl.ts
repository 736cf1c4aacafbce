import { parseJsonExactly } from './exact-json.ts';
import { boundedLines } from './lines.ts';
import { excerptOf, type RawRecord, type RawRow } from './raw-row.ts';

/** Reads JSON Lines: one object a line; empty lines are skipped. */
export async function* readJsonl(chunks: AsyncIterable<Buffer>, maxRowBytes: number): AsyncGenerator<RawRow> {
  for await (const found of boundedLines(chunks, maxRowBytes)) {
    if ('problem' in found) yield found;
    else if (found.text.trim() !== '') yield parseLine(found.line, found.text);
  }
}

function parseLine(line: number, text: string): RawRow {
  const excerpt = () => excerptOf(text);
  let value: unknown;
  try {
    value = parseJsonExactly(text);
  } catch (error) {
    const why = excerptOf((error as Error).message);
    return {
      line,
      problem: { code: 'not-json', reason: `the line is not JSON: ${why}` },
      excerpt: excerpt(),
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const reason = 'the line is JSON but not an object with named fields';
    return { line, problem: { code: 'not-an-object', reason }, excerpt: excerpt() };
  }
  return { line, record: value as RawRecord };
}
