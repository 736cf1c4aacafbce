import type { SplitName } from '../../../core/example.ts';

/** Of two splits, rows leave the one that stands first here: the held-out rows are the measure and stay. */
const order: readonly (SplitName | null)[] = [null, 'train', 'validation', 'calibration', 'test'];

/** Whether a row of split `a` goes rather than one of split `b`. */
export function leavesBefore(a: SplitName | null, b: SplitName | null): boolean {
  return order.indexOf(a) < order.indexOf(b);
}
