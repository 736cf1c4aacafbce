import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Config } from '../../config/schema.ts';
import { ConfigError } from '../../core/errors/index.ts';
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

/** The first row of a file says whether this program made it; null where there is no such file. */
export async function madeByUs(path: string): Promise<boolean | null> {
  const stream = createReadStream(path, { encoding: 'utf8', end: 1 << 20 });
  try {
    for await (const line of createInterface({ input: stream })) {
      const { provenance } = JSON.parse(line) as { provenance?: { kind?: unknown } };
      return provenance?.kind === 'generated' || provenance?.kind === 'distilled';
    }
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : false;
  } finally {
    stream.destroy();
  }
}

/**
 * Refuses to write over a file that somebody else made; one of our own is written anew.
 * @throws ConfigError `output-in-use`
 */
export async function refuseForeignFile(output: string): Promise<void> {
  if ((await madeByUs(output)) !== false) return;
  throw new ConfigError(
    'output-in-use',
    `${output} is there and holds something else than rows made by this command`,
    'Name another file for the rows.',
  );
}
