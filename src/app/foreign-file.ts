import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { ConfigError } from '../core/errors/index.ts';
import { isFile } from '../files/path-kind.ts';

/** Tells by a row whether this program wrote it. */
export type IsOurs = (row: Readonly<Record<string, unknown>>) => boolean;

/** The first row of a JSON Lines file says whether this program made it; null where there is no such file. */
export async function madeByUs(path: string, isOurs: IsOurs): Promise<boolean | null> {
  // A device or a pipe has nothing to lose.
  if (!(await isFile(path))) return null;
  const stream = createReadStream(path, { encoding: 'utf8', end: 1 << 20 });
  try {
    for await (const line of createInterface({ input: stream })) {
      const row: unknown = JSON.parse(line);
      return typeof row === 'object' && row !== null && isOurs(row as Record<string, unknown>);
    }
    return true;
  } catch {
    return false;
  } finally {
    stream.destroy();
  }
}

/**
 * Refuses to write over a file that somebody else made; one of our own is written anew.
 * @throws ConfigError `output-in-use`
 */
export async function refuseForeignFile(output: string, isOurs: IsOurs): Promise<void> {
  if ((await madeByUs(output, isOurs)) !== false) return;
  throw new ConfigError(
    'output-in-use',
    `${output} is there and holds something else than rows made by this command`,
    'Name another file for the rows.',
  );
}
