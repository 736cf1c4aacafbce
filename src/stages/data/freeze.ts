import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DatasetManifest, datasetHash, type Repair, type SetAsideRow } from '../../core/dataset.ts';
import { datasetFiles } from '../../core/dataset-files.ts';
import { type Example, type SplitName, splitNames } from '../../core/example.ts';
import { canonicalJson } from '../../core/json.ts';
import { diskFull } from '../../files/atomic-file.ts';
import { hashFile } from '../../files/hash-file.ts';

/** Everything a dataset folder holds, before it is hashed. */
export interface DatasetContent {
  readonly splits: Readonly<Record<SplitName, readonly Example[]>>;
  readonly setAside: readonly SetAsideRow[];
  readonly repairs: readonly Repair[];
  readonly describe: Omit<DatasetManifest, 'hash' | 'splits' | 'schemaVersion'>;
}

/** A dataset on disk. */
export interface FrozenDataset {
  readonly manifest: DatasetManifest;
  /** Absolute path of the dataset folder, named by the beginning of its hash. */
  readonly datasetDir: string;
  /** An equal dataset was there already. */
  readonly reused: boolean;
}

const unfinished = '.importing-';

/**
 * Writes the dataset into a folder beside its place, syncs it, and renames it: it is there whole or not at all.
 * Equal content gives equal bytes and an equal hash on every machine.
 * @throws PrerequisiteError `disk-full`
 */
export async function freezeDataset(content: DatasetContent, workDir: string): Promise<FrozenDataset> {
  await mkdir(workDir, { recursive: true });
  await removeUnfinished(workDir);
  const folder = join(workDir, `${unfinished}${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(join(folder, dirname(datasetFiles.test)), { recursive: true });
    const splits = {} as DatasetManifest['splits'];
    for (const name of splitNames) {
      const rows = content.splits[name];
      const sha256 = await writeRows(join(folder, datasetFiles[name]), rows);
      splits[name] = { rows: rows.length, groups: countGroups(rows), sha256 };
    }
    await writeRows(join(folder, datasetFiles.setAside), content.setAside);
    await writeRows(join(folder, datasetFiles.repairs), content.repairs);
    const hash = datasetHash(content.describe.task, splits);
    const manifest: DatasetManifest = { schemaVersion: 1, hash, splits, ...content.describe };
    await writeText(join(folder, datasetFiles.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const written of [join(folder, dirname(datasetFiles.test)), folder]) await syncFolder(written);

    const datasetDir = join(workDir, hash.slice(0, 16));
    if (await holdsSame(datasetDir, manifest)) {
      await rm(folder, { recursive: true, force: true });
      return { manifest, datasetDir, reused: true };
    }
    await rm(datasetDir, { recursive: true, force: true });
    await rename(folder, datasetDir);
    await syncFolder(workDir);
    return { manifest, datasetDir, reused: false };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw diskFull(error, workDir) ?? error;
  }
}

/** Groups that intervals resample: each row without a group is one of its own. */
function countGroups(rows: readonly Example[]): number {
  const named = rows.flatMap(row => row.group ?? []);
  return new Set(named).size + rows.length - named.length;
}

/** Whether a folder holds exactly this dataset, byte for byte in its splits. */
async function holdsSame(datasetDir: string, manifest: DatasetManifest): Promise<boolean> {
  try {
    const found: unknown = JSON.parse(await readFile(join(datasetDir, datasetFiles.manifest), 'utf8'));
    if (canonicalJson(found) !== canonicalJson(manifest)) return false;
    for (const name of splitNames) {
      if ((await hashFile(join(datasetDir, datasetFiles[name]))) !== manifest.splits[name].sha256)
        return false;
    }
    for (const name of ['setAside', 'repairs'] as const) await stat(join(datasetDir, datasetFiles[name]));
    return true;
  } catch {
    return false;
  }
}

/** A run that was killed leaves its folder; nothing points to it. */
async function removeUnfinished(workDir: string): Promise<void> {
  for (const entry of await readdir(workDir)) {
    if (entry.startsWith(unfinished)) await rm(join(workDir, entry), { recursive: true, force: true });
  }
}

/** Writes rows as JSON Lines and gives the SHA-256 of the bytes. */
async function writeRows(path: string, rows: readonly unknown[]): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    let text = '';
    const flush = async () => {
      hash.update(text);
      await file.writeFile(text);
      text = '';
    };
    for (const row of rows) {
      text += `${oneLine(row)}\n`;
      if (text.length > 1 << 20) await flush();
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** Canonical JSON; U+2028 and U+2029 are escaped, because some line readers end a line there. */
function oneLine(row: unknown): string {
  return canonicalJson(row).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

async function writeText(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
