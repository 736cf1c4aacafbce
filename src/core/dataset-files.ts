/** File names inside a dataset folder, relative to it. */
export const datasetFiles = {
  manifest: 'manifest.json',
  train: 'train.jsonl',
  validation: 'validation.jsonl',
  calibration: 'calibration.jsonl',
  /** Sealed: a folder of its own, opened by `store/test-split.ts` only. */
  test: 'test/test.jsonl',
  setAside: 'set-aside.jsonl',
  repairs: 'repairs.jsonl',
} as const;
