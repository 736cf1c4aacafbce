import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetManifest, datasetHash, datasetManifestSchema } from '../core/dataset.ts';
import { datasetFiles } from '../core/dataset-files.ts';
import { DataError } from '../core/errors/index.ts';
import { type Example, exampleSchema, type SplitName } from '../core/example.ts';
import { sha256 } from '../core/hash.ts';

const newline = 0x0a;

/**
 * Reads and verifies a dataset's manifest.
 * @throws DataError `dataset-unreadable` | `dataset-changed`
 */
export async function readVerifiedManifest(datasetDir: string): Promise<DatasetManifest> {
  let manifest: DatasetManifest;
  try {
    const text = await readFile(join(datasetDir, datasetFiles.manifest), 'utf8');
    manifest = datasetManifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DataError(
      'dataset-unreadable',
      `${datasetDir} holds no readable dataset`,
      'Run `stepdown data import` to make it again.',
      { cause },
    );
  }
  if (datasetHash(manifest.task, manifest.splits) !== manifest.hash)
    throw changed(datasetFiles.manifest, datasetDir);
  return manifest;
}

/**
 * Reads the rows of a split from the very bytes whose hash was checked.
 * @throws DataError `dataset-unreadable` | `dataset-changed`
 */
export async function readVerifiedExamples(datasetDir: string, split: SplitName): Promise<Example[]> {
  const manifest = await readVerifiedManifest(datasetDir);
  const file = datasetFiles[split];
  const bytes = await readFile(join(datasetDir, file)).catch(() => {
    throw changed(file, datasetDir);
  });
  if (sha256(bytes) !== manifest.splits[split].sha256) throw changed(file, datasetDir);
  const examples: Example[] = [];
  let from = 0;
  for (let to = bytes.indexOf(newline); to !== -1; to = bytes.indexOf(newline, from)) {
    examples.push(exampleSchema.parse(JSON.parse(bytes.toString('utf8', from, to))));
    from = to + 1;
  }
  return examples;
}

function changed(file: string, datasetDir: string): DataError {
  return new DataError(
    'dataset-changed',
    `${file} of the dataset in ${datasetDir} is not what was frozen`,
    'Run `stepdown data import` to make the dataset again, and never edit its files.',
    { details: { file } },
  );
}
