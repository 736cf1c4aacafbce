import type { TaskKind } from './task.ts';

/** Records among the targets from which the rest is taken for faulty records. */
const recordShare = 0.9;
/** Rows that a label has on average, at least. */
const rowsPerLabel = 3;
const mostLabels = 1_000;
/** Characters. */
const longestLabel = 100;

/** Tells the kind of a task from its targets, given one at a time: records, labels that come again and again, or texts. */
export class TargetKind {
  readonly #distinct = new Set<string>();
  #count = 0;
  #records = 0;
  #short = true;

  add(target: string): void {
    this.#count += 1;
    if (isRecord(target)) this.#records += 1;
    if (target.length > longestLabel) this.#short = false;
    if (this.#short && this.#distinct.size <= mostLabels) this.#distinct.add(target);
  }

  get kind(): TaskKind {
    if (this.#records > this.#count * recordShare) return 'extract';
    const few = Math.min(mostLabels, this.#count / rowsPerLabel);
    return this.#short && this.#distinct.size <= few ? 'classify' : 'generate';
  }
}

/** Whether a text is a JSON object or list. */
function isRecord(text: string): boolean {
  if (!/^\s*[[{]/u.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
