import { z } from 'zod';
import { type SplitName, splitNames } from './example.ts';
import { hashJson } from './hash.ts';
import { type Task, taskSchema } from './task.ts';

/** Counts of what import set aside or repaired, by reason code. */
const countsSchema = z.record(z.string(), z.number().int().nonnegative());

/**
 * Description of a frozen dataset: `<dir>/manifest.json`.
 * Beside it `train.jsonl`, `validation.jsonl`, `calibration.jsonl` (one Example a line), the sealed
 * `test/test.jsonl`, `set-aside.jsonl` and `repairs.jsonl`.
 */
export const datasetManifestSchema = z.object({
  schemaVersion: z.literal(1),
  /** SHA-256 over the hashes of the four split files and the task. */
  hash: z.string().length(64),
  task: taskSchema,
  splits: z.record(
    z.enum(splitNames),
    z.object({
      rows: z.number().int().nonnegative(),
      groups: z.number().int().nonnegative(),
      sha256: z.string().length(64),
    }),
  ),
  /** Rows per label and split (classify); null for other kinds. */
  labelCounts: z.record(z.string(), z.record(z.enum(splitNames), z.number().int())).nullable(),
  sources: z.array(
    z.object({ file: z.string(), format: z.string(), rows: z.number().int(), sha256: z.string() }),
  ),
  setAside: countsSchema,
  repairs: countsSchema,
  splitRule: z.object({ by: z.enum(['file', 'group', 'stratified', 'random']), seed: z.number().int() }),
  /** Licence of the rows as the user states it; null where not stated. */
  licence: z.string().nullable(),
});
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

/** The hash of a dataset: over its task and the hashes of its split files, and nothing else. */
export function datasetHash(task: Task, splits: Readonly<Record<SplitName, { sha256: string }>>): string {
  return hashJson({ task, splits: splitNames.map(name => [name, splits[name].sha256]) });
}

/** One row that import could not use: `set-aside.jsonl`. */
export interface SetAsideRow {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly reason: string;
  /** At most 200 characters of the raw row. */
  readonly excerpt: string;
}

/** One row that import moved or dropped by rule: `repairs.jsonl`. */
export interface Repair {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** The row it collided with. */
  readonly because: { readonly file: string; readonly line: number } | null;
}
