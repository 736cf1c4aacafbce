import type { CascadeGoal, LocalRegion } from '../calibration.ts';

/** What a rule makes of the tested rows. */
export interface RuleOutcome {
  readonly local: LocalRegion;
  readonly goal: CascadeGoal;
}

/** `5 %`, `2.5 %`: a share for a sentence. */
export const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

/** Nothing asked for instead. */
export const nothingInstead = {
  smallestAlpha: null,
  smallestMargin: null,
  smallestShare: null,
  rowsNeeded: null,
} as const;
