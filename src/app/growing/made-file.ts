import type { Config } from '../../config/schema.ts';
import type { Message } from '../../core/example.ts';
import { sha256 } from '../../core/hash.ts';
import { writeLinesAtomic } from '../../files/atomic-lines.ts';
import type { Provenance, SetAsideMade } from '../../stages/grow/index.ts';

/** A row as it is written. */
interface WrittenRow {
  readonly messages: readonly Message[];
  readonly target: string;
  readonly provenance: Provenance;
}

/**
 * The format in which made rows fit beside the others: the workspace's own columns where there is one for the input,
 * else whole conversations.
 */
export function formatOf(config: Config, conversations: boolean): 'chat-jsonl' | null {
  return conversations || /[{}]/u.test(config.data.fields.input) ? 'chat-jsonl' : null;
}

/** Where rows that were set aside go: beside the rows. */
export const setAsidePath = (output: string): string => `${output.replace(/\.jsonl$/u, '')}.set-aside.jsonl`;

/** Writes rows for `data.sources` and what was set aside. Both files are whole or not there. */
export async function writeMade(options: {
  readonly output: string;
  readonly format: 'chat-jsonl' | null;
  readonly config: Config;
  readonly rows: readonly WrittenRow[];
  readonly setAside: readonly SetAsideMade[];
}): Promise<void> {
  const { output, format, config, rows, setAside } = options;
  await writeLinesAtomic(
    setAsidePath(output),
    each(setAside, row => row),
  );
  await writeLinesAtomic(
    output,
    each(rows, row => asWritten(row, format, config)),
  );
}

function asWritten(
  { messages, target, provenance }: WrittenRow,
  format: 'chat-jsonl' | null,
  { data: { fields } }: Config,
): object {
  const id = `${provenance.kind}-${sha256(`${JSON.stringify(messages)}\n${target}`).slice(0, 16)}`;
  const content =
    format === null
      ? { [fields.input]: messages[0]!.content, [fields.output]: target }
      : { messages: [...messages, { role: 'assistant', content: target }] };
  return {
    ...(fields.id === undefined ? { id } : { [fields.id]: id }),
    // Rows about one document belong together; others stand for themselves.
    ...(fields.group === undefined ? {} : { [fields.group]: provenance.document?.file ?? id }),
    ...content,
    provenance,
  };
}

/** Rows one by one, so that their text need not fit in memory as a whole. */
async function* each<Row>(rows: readonly Row[], write: (row: Row) => object): AsyncGenerator<object> {
  for (const row of rows) yield write(row);
}

/** Whether a row is one that the large model made. */
export function isMade({ provenance }: Readonly<Record<string, unknown>>): boolean {
  const kind = (provenance as { readonly kind?: unknown } | undefined)?.kind;
  return kind === 'generated' || kind === 'distilled';
}
