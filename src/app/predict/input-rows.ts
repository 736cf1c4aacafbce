import { z } from 'zod';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import { type Example, messageSchema } from '../../core/example.ts';
import { isFile } from '../../files/path-kind.ts';
import { decodedChunks } from '../../stages/data/readers/decoded-chunks.ts';
import { readJsonl } from '../../stages/data/readers/jsonl.ts';
import type { RawRow } from '../../stages/data/readers/raw-row.ts';

/** Longest row that is read, in bytes: no sensible input is longer, and a hostile file must not fill memory. */
const maxRowBytes = 4 * 1024 * 1024;

const id = z.union([z.string(), z.number().transform(String)]).nullish();
const rowSchema = z.union([
  z.object({ id, input: z.string().min(1) }),
  z.object({ id, messages: z.array(messageSchema).min(1) }),
]);

/** One row of a file of inputs: an example without a target, or why there is none. */
export type InputRow = { readonly id: string } & (
  | { readonly example: Example }
  | { readonly problem: string }
);

/**
 * Reads inputs for prediction from a JSON Lines file that nobody has checked. A bad row keeps its place.
 * @throws ConfigError `input-file-missing`; DataError `file-empty` | `wrong-encoding`
 */
export async function readInputRows(file: string, signal?: AbortSignal): Promise<InputRow[]> {
  if (!(await isFile(file))) {
    throw new ConfigError(
      'input-file-missing',
      `${file} is no file that can be read`,
      'Name a JSON Lines file after --file, with one {"input": "..."} a line.',
    );
  }
  const rows: InputRow[] = [];
  const chunks = decodedChunks(file, file, 'utf-8', signal);
  for await (const row of readJsonl(chunks, maxRowBytes)) rows.push(inputRow(row));
  if (rows.length === 0) {
    throw new DataError('file-empty', `${file} has no rows`, 'Write one {"input": "..."} a line.');
  }
  return rows;
}

function inputRow(row: RawRow): InputRow {
  const { line } = row;
  if ('problem' in row) {
    const tooLong = row.problem.code === 'row-too-long';
    const reason = tooLong ? `longer than ${maxRowBytes} bytes` : row.problem.reason;
    return { id: String(line), problem: `line ${line}: ${reason}` };
  }
  const parsed = rowSchema.safeParse(row.record);
  if (!parsed.success)
    return { id: String(line), problem: `line ${line}: needs "input" (text) or "messages" (a list)` };
  const { data } = parsed;
  const messages = 'input' in data ? [{ role: 'user' as const, content: data.input }] : data.messages;
  // Two rows may carry one id; the answers are told apart by line.
  return { id: data.id ?? String(line), example: inputExample(`line-${line}`, messages, line) };
}

/** An input as an example that has no target. */
export function inputExample(id: string, messages: Example['messages'], line: number): Example {
  return { id, messages, target: '', references: [], group: null, source: { file: 'input', line } };
}
