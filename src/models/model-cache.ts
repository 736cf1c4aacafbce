import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import { DataError } from '../core/errors/index.ts';
import { sha256 } from '../core/hash.ts';
import { resolvedModelSchema } from '../core/model-source.ts';
import { diskFull, writeFileAtomic } from '../files/atomic-file.ts';
import { hashPath } from '../files/hash-file.ts';
import { checkWeights } from './formats/weights-check.ts';

const recordSchema = z.object({
  schemaVersion: z.literal(1),
  /** `path` is relative to the cache where the files live in it, absolute where they live elsewhere. */
  model: resolvedModelSchema,
  /** What the files looked like when they were hashed; while they look so they are not hashed again. */
  stamps: z.array(z.object({ name: z.string(), sizeBytes: z.number(), modifiedMs: z.number() })),
});
type IndexEntry = z.infer<typeof recordSchema>;
/** A model as the index knows it; its path is absolute. */
export type CachedModel = IndexEntry['model'];

export interface AdoptRequest {
  /** As in the index: a source's reference, not a catalogue id. */
  readonly reference: string;
  /** File or folder. With `move` it becomes part of the cache, otherwise it stays where it is. */
  readonly path: string;
  readonly move: boolean;
  /** Licence where the source states one; the weights' own statement otherwise. */
  readonly licence: string | null;
  /** What the weights must hash to, where that is known. */
  readonly sha256: string | null;
}

/**
 * Models by content: `<cacheDir>/models/<sha256>/…`, and one small index file a reference. Everything appears
 * by rename, so two processes at once end with the same files and neither sees half of one.
 */
export interface ModelCache {
  /** The model behind a reference, revalidated by size and time, or by hash where the time alone is another; null where
   * it is absent or was changed. */
  find(reference: string): Promise<CachedModel | null>;
  /** @throws DataError `checksum-mismatch` | PrerequisiteError `disk-full` and those of checkWeights */
  adopt(request: AdoptRequest): Promise<CachedModel>;
  list(): Promise<CachedModel[]>;
}

export function openModelCache(cacheDir: string): ModelCache {
  const indexDir = join(cacheDir, 'models', 'index');
  const indexFile = (reference: string) => join(indexDir, `${sha256(reference)}.json`);

  async function record(file: string) {
    try {
      return recordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch (error) {
      // A damaged index file is only a lost note: the weights are hashed again.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
      throw error;
    }
  }

  async function load(file: string): Promise<CachedModel | null> {
    const found = await record(file);
    if (found === null) return null;
    const path = isAbsolute(found.model.path) ? found.model.path : join(cacheDir, found.model.path);
    const stamps = await stampsOf(path).catch(() => null);
    if (stamps === null) return null;
    const unchanged = JSON.stringify(stamps) === JSON.stringify(found.stamps);
    if (!unchanged && !(await isCopy(found, path, stamps))) return null;
    // Where the cache cannot be written, its files are hashed again the next time.
    if (!unchanged) await note(file, { ...found, stamps }).catch(() => {});
    return { ...found.model, path };
  }

  return {
    find: reference => load(indexFile(reference)),

    async adopt(request) {
      const facts = await checkWeights(request.path);
      const content = await hashPath(request.path);
      const known =
        request.sha256 ?? (request.move ? (await record(indexFile(request.reference)))?.model.sha256 : null);
      if (known != null && known !== content.sha256) {
        if (request.move) await rm(request.path, { recursive: true, force: true });
        throw mismatch(request, known, content.sha256, indexFile(request.reference));
      }
      const path = request.move ? await moveInto(cacheDir, request.path, content.sha256) : request.path;
      const { licence, ...shape } = facts;
      const model: CachedModel = {
        ...shape,
        ...content,
        reference: request.reference,
        id: idOf(request.reference),
        path,
        licence: request.licence ?? licence ?? 'unknown',
      };
      const stored = { ...model, path: request.move ? relative(cacheDir, path) : path };
      const entry = { schemaVersion: 1 as const, model: stored, stamps: await stampsOf(path) };
      await note(indexFile(request.reference), entry);
      return model;
    },

    async list() {
      const names = await readdir(indexDir).catch(() => []);
      const models = await Promise.all(
        names.filter(name => name.endsWith('.json')).map(name => load(join(indexDir, name))),
      );
      return models.filter(model => model !== null).sort((a, b) => (a.reference < b.reference ? -1 : 1));
    },
  };
}

function note(file: string, entry: IndexEntry): Promise<void> {
  return writeFileAtomic(file, `${JSON.stringify(entry, null, 2)}\n`);
}

/** Whether files of the cache are the same at another time, as in a cache that was copied from another machine. */
async function isCopy(
  { model, stamps }: IndexEntry,
  path: string,
  now: IndexEntry['stamps'],
): Promise<boolean> {
  if (isAbsolute(model.path)) return false;
  const sizes = (of: IndexEntry['stamps']) =>
    JSON.stringify(of.map(({ name, sizeBytes }) => [name, sizeBytes]));
  return sizes(now) === sizes(stamps) && (await hashPath(path)).sha256 === model.sha256;
}

/** Name for files and records, from a reference. */
function idOf(reference: string): string {
  const last = basename(reference.replace(/@[^/]*/, '').replace(/\\/g, '/')).replace(/\.gguf$/i, '');
  return (
    last
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '') || 'model'
  );
}

async function moveInto(cacheDir: string, from: string, hash: string): Promise<string> {
  const folder = join(cacheDir, 'models', hash);
  const name = extname(from) === '.gguf' ? basename(from) : 'model';
  for (let attempt = 0; ; attempt++) {
    try {
      return await placeContent(folder, name, from, hash);
    } catch (error) {
      // Another process put, or set aside, the same content in between: look again.
      const raced = ['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code));
      if (!raced || attempt === 4) throw diskFull(error, folder) ?? error;
    }
  }
}

async function placeContent(folder: string, name: string, from: string, hash: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const existing = (await readdir(folder)).find(entry => !entry.endsWith('.old'));
  const target = join(folder, existing ?? name);
  if (existing !== undefined && (await hashPath(target)).sha256 === hash) {
    // Another process was first with the same content, or it came by another reference.
    await rm(from, { recursive: true, force: true });
    return target;
  }
  if (existing !== undefined) await setAside(target);
  await moveToFreePlace(from, target);
  return target;
}

/** Renaming would put a file in the place of an equal one that another process has noted by its time. */
async function moveToFreePlace(from: string, target: string): Promise<void> {
  if ((await stat(from)).isDirectory()) return rename(from, target);
  try {
    await link(from, target);
  } catch (error) {
    // Not every file system has links.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
    return rename(from, target);
  }
  await rm(from);
}

async function setAside(path: string): Promise<void> {
  const old = `${path}.${randomBytes(4).toString('hex')}.old`;
  await rename(path, old);
  await rm(old, { recursive: true, force: true });
}

async function stampsOf(path: string) {
  const info = await stat(path);
  const names = info.isDirectory() ? (await readdir(path)).sort() : [''];
  return Promise.all(
    names.map(async name => {
      const { size, mtimeMs } = await stat(join(path, name));
      return { name, sizeBytes: size, modifiedMs: Math.floor(mtimeMs) };
    }),
  );
}

function mismatch(request: AdoptRequest, expected: string, actual: string, indexFile: string): DataError {
  const hint =
    request.sha256 === null
      ? `Find out why the model changed; if that is right, delete ${indexFile} and run the same command again.`
      : 'Run the same command again; if it stays so, the source does not hold the model that was pinned: do not use it.';
  return new DataError(
    'checksum-mismatch',
    `The weights of ${request.reference} are not those expected: SHA-256 ${actual} instead of ${expected}`,
    hint,
    { details: { expected, actual } },
  );
}
