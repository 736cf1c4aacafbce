import type { Example } from '../../../core/example.ts';
import { inputText } from '../../../core/example.ts';
import { sha256 } from '../../../core/hash.ts';
import type { Task } from '../../../core/task.ts';
import type { Passage } from '../documents/passages.ts';

/** One request for new inputs. */
export interface InputRequest {
  /** From 0; the same number is the same request for the same rows, documents and settings. */
  readonly index: number;
  readonly count: number;
  /** Label that the inputs are to have; null where none is asked for. */
  readonly intendedLabel: string | null;
  /** Rows of the train split that are shown. */
  readonly seeds: readonly Example[];
  readonly passage: Passage | null;
}

/**
 * Plans the requests: with documents each passage in turn; else each label in turn (classify). Which rows are shown
 * depends on seed and index alone, so that a longer plan begins like a shorter one.
 */
export function planInputRequests(options: {
  readonly task: Task;
  readonly train: readonly Example[];
  readonly passages: readonly Passage[];
  readonly rows: number;
  readonly perRequest: number;
  readonly seedsPerRequest: number;
  readonly seed: number;
}): InputRequest[] {
  const { task, train, passages, rows, perRequest, seedsPerRequest, seed } = options;
  const labels = task.kind === 'classify' && passages.length === 0 ? task.labels : [];
  const byLabel = new Map<string | null, readonly Example[]>(
    labels.map(label => [label, train.filter(({ target }) => target === label)]),
  );
  return Array.from({ length: Math.ceil(rows / perRequest) }, (_, index) => {
    const intendedLabel = labels.length === 0 ? null : labels[index % labels.length]!;
    const own = byLabel.get(intendedLabel) ?? [];
    return {
      index,
      count: Math.min(perRequest, rows - index * perRequest),
      intendedLabel,
      seeds: choose(own.length === 0 ? train : own, seedsPerRequest, `${seed}:${index}`),
      passage: passages.length === 0 ? null : passages[index % passages.length]!,
    };
  });
}

/** Some rows, drawn without replacement by hashes of the key: the number of rows costs no time. */
function choose(rows: readonly Example[], count: number, key: string): Example[] {
  const chosen = new Set<Example>();
  const wanted = Math.min(count, rows.length);
  for (let draw = 0; chosen.size < wanted; draw++) {
    const random = Number.parseInt(sha256(`${key}:${draw}`).slice(0, 12), 16);
    chosen.add(rows[random % rows.length]!);
  }
  return [...chosen];
}

/** Characters of the rows that are long as such rows go: nine of ten are not longer. */
export function usualLength(rows: readonly Example[]): number {
  const lengths = rows.map(row => inputText(row).length).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length * 0.9)] ?? 200;
}
