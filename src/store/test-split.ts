import type { TestExamples } from '../core/test-split.ts';
import { readVerifiedExamples } from './verified-examples.ts';

/**
 * Opens the sealed test split: the only way to its rows. Only the composition root may import this file.
 * @throws DataError `dataset-changed` when the rows are not those that were frozen
 */
export async function openTestSplit(datasetDir: string): Promise<TestExamples> {
  return (await readVerifiedExamples(datasetDir, 'test')) as readonly unknown[] as TestExamples;
}
