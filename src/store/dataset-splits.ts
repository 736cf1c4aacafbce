import type { DatasetManifest } from '../core/dataset.ts';
import type { DevelopmentSplitName, Example } from '../core/example.ts';
import { readVerifiedExamples, readVerifiedManifest } from './verified-examples.ts';

/**
 * Reads the description of a frozen dataset.
 * @throws DataError `dataset-unreadable` | `dataset-changed` when its hash does not fit its content
 */
export function readDatasetManifest(datasetDir: string): Promise<DatasetManifest> {
  return readVerifiedManifest(datasetDir);
}

/**
 * Reads a development split; the test split has an opener of its own.
 * @throws DataError `dataset-changed` when the rows are not those that were frozen
 */
export function readSplit(datasetDir: string, name: DevelopmentSplitName): Promise<Example[]> {
  return readVerifiedExamples(datasetDir, name);
}
