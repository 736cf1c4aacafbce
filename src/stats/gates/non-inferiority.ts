import type { Estimate } from '../../core/estimate.ts';
import type { Groups } from '../clusters/clusters.ts';
import { type Decision, decideAbove, type GateOutcome } from './decision.ts';
import { meanGate } from './mean-gate.ts';

/** Row differences of a system and a reference, and how much worse is still acceptable. */
export interface NonInferiorityInput {
  /** Score of the system minus score of the reference on the same row, each -1..1. */
  readonly differences: readonly number[];
  /** Group of each row, or null where rows are independent. */
  readonly groups: Groups;
  /** Largest acceptable loss, 0 to below 1. At 0 the system must be shown to be better. */
  readonly margin: number;
  /** Whether scores are right or wrong, so that every difference is -1, 0 or 1: Tango's interval decides. */
  readonly binary: boolean;
  /**
   * Coverage of the two-sided interval, default 0.95. A worse system then passes in at most (1 - confidence) / 2 =
   * 2.5 % of cases: the one-sided level customary for non-inferiority.
   */
  readonly confidence?: number;
  readonly seed: number;
  readonly resamples?: number;
}

/** Answer of a gate, with what it rests on. */
export interface GateAnswer {
  readonly outcome: GateOutcome;
  readonly estimate: Estimate;
  /** Rows in all that would be enough at the effect observed, at power 0.8; null where decided or where none would. */
  readonly rowsNeeded: number | null;
  /** One or two plain sentences. */
  readonly explanation: string;
}

/**
 * Shows that a system is not worse than a reference by more than a margin, or that it is, or that rows are lacking.
 *
 * Passes where the interval's lower end is above -margin; fails where its upper end is below -margin.
 *
 * @throws RangeError where there are no rows or a value is outside its range
 * @see ICH E9, "Statistical principles for clinical trials", 1998, section 3.3.2
 * @see T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17, 1998
 */
export function nonInferiority(input: NonInferiorityInput): GateAnswer {
  const { differences, groups, margin, binary, confidence = 0.95, seed, resamples = 2000 } = input;
  checkMargin(margin);
  const { estimate, ...decision } = meanGate({
    values: differences,
    groups,
    bound: -margin,
    kind: binary ? 'paired' : 'mean',
    range: { min: -1, max: 1 },
    confidence,
    resamples,
    seed,
  });
  return { ...decision, estimate, explanation: explain(decision, estimate, margin) };
}

/**
 * {@link nonInferiority} of an estimated difference of any metric, e.g. macro-F1 from `pairedBootstrapStatistic`.
 *
 * @param difference system minus reference
 * @param margin 0 to below 1
 * @throws RangeError where the margin is outside its range
 */
export function nonInferiorityOfEstimate(difference: Estimate, margin: number): GateAnswer {
  checkMargin(margin);
  const decision = decideAbove(difference, -margin);
  return { ...decision, estimate: difference, explanation: explain(decision, difference, margin) };
}

function checkMargin(margin: number): void {
  if (!(margin >= 0 && margin < 1)) throw new RangeError(`a margin must lie in 0 to below 1, got ${margin}`);
}

function explain({ outcome, rowsNeeded }: Decision, estimate: Estimate, margin: number): string {
  const { value, low, high, n } = estimate;
  const signed = (number: number) => `${number > 0 ? '+' : ''}${number.toFixed(3)}`;
  const measured = `The difference on ${n} rows is ${signed(value)} (${signed(low)} to ${signed(high)})`;
  const allowed = margin === 0 ? '0' : signed(-margin);
  if (outcome === 'pass')
    return `${measured}: all of the interval lies above ${allowed}, the largest loss allowed.`;
  if (outcome === 'fail')
    return `${measured}: all of the interval lies below ${allowed}, the largest loss allowed.`;
  if (rowsNeeded === null)
    return `${measured}: the loss seen is not smaller than the ${margin} allowed, though it may be chance. If it is real, no number of rows would let this pass.`;
  return `${measured}: the interval reaches ${allowed}, the largest loss allowed, so these rows cannot decide. If the difference is as seen, about ${rowsNeeded} rows would be enough.`;
}
