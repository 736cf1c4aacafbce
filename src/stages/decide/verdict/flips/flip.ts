import type { Verdict } from '../../rules/rule.ts';

/** A change of one answer that would change the verdict. */
export interface Flip {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly from: number | string;
  /** The nearest value found at which the verdict is another one. */
  readonly to: number | string;
  readonly verdict: Verdict;
  readonly text: string;
}
