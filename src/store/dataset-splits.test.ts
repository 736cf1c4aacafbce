import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DatasetManifest, datasetHash } from '../core/dataset.ts';
import { datasetFiles } from '../core/dataset-files.ts';
import { splitNames } from '../core/example.ts';
import { sha256 } from '../core/hash.ts';
import { readDatasetManifest, readSplit } from './dataset-splits.ts';
import { openTestSplit } from './test-split.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-splits-'));
  const splits = {} as DatasetManifest['splits'];
  for (const name of splitNames) {
    const row = {
      id: name,
      messages: [{ role: 'user', content: `text of ${name}\u2028` }],
      target: 'Leak',
      references: [],
      group: null,
      source: { file: 'rows.jsonl', line: 1 },
    };
    const text = `${JSON.stringify(row)}\n`;
    await mkdir(dirname(join(dir, datasetFiles[name])), { recursive: true });
    await writeFile(join(dir, datasetFiles[name]), text);
    splits[name] = { rows: 1, groups: 1, sha256: sha256(text) };
  }
  const task = { kind: 'generate' as const };
  const manifest = {
    schemaVersion: 1,
    hash: datasetHash(task, splits),
    task,
    splits,
    labelCounts: null,
    sources: [],
    setAside: {},
    repairs: {},
    splitRule: { by: 'random', seed: 1 },
    licence: null,
  };
  await writeFile(join(dir, datasetFiles.manifest), JSON.stringify(manifest));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('reading a frozen dataset', () => {
  it('gives the rows of each split and the manifest', async () => {
    expect((await readSplit(dir, 'train')).map(row => row.id)).toEqual(['train']);
    expect((await readSplit(dir, 'validation'))[0]!.messages[0]!.content).toBe('text of validation\u2028');
    expect((await openTestSplit(dir)).map(row => row.id)).toEqual(['test']);
    expect((await readDatasetManifest(dir)).splits.test.rows).toBe(1);
  });

  it('refuses rows that were changed or taken away after freezing, naming the file', async () => {
    await writeFile(join(dir, datasetFiles.train), '');
    await rm(join(dir, datasetFiles.test));
    const changed = (file: string) => ({ code: 'dataset-changed', exitCode: 4, details: { file } });
    await expect(readSplit(dir, 'train')).rejects.toMatchObject(changed('train.jsonl'));
    await expect(openTestSplit(dir)).rejects.toMatchObject(changed('test/test.jsonl'));
    await expect(readSplit(dir, 'validation')).resolves.toHaveLength(1);
  });

  it('refuses a manifest whose hash does not fit it, and a folder without one', async () => {
    const manifest = await readDatasetManifest(dir);
    manifest.splits.train.sha256 = '0'.repeat(64);
    await writeFile(join(dir, datasetFiles.manifest), JSON.stringify(manifest));
    await expect(readDatasetManifest(dir)).rejects.toMatchObject({ code: 'dataset-changed' });
    await expect(readSplit(join(dir, 'none'), 'train')).rejects.toMatchObject({ code: 'dataset-unreadable' });
  });
});
