import type { Estimate } from '../../core/estimate.ts';
import type { Groups } from '../clusters/clusters.ts';
import { type Decision, decideAbove } from './decision.ts';
import { meanGate } from './mean-gate.ts';
import type { GateAnswer } from './non-inferiority.ts';

/** Row scores, and the mean they must exceed. */
export interface ThresholdInput {
  /** One a row, each 0..1. */
  readonly scores: readonly number[];
  /** Group of each row, or null where rows are independent. */
  readonly groups: Groups;
  /** Mean score to exceed, 0 to below 1. */
  readonly threshold: number;
  /** Whether every score is 0 or 1: Wilson's interval decides. */
  readonly binary: boolean;
  /** Coverage of the two-sided interval, default 0.95: a mean at the threshold passes in at most 2.5 % of cases. */
  readonly confidence?: number;
  readonly seed: number;
  readonly resamples?: number;
}

/**
 * Shows that a mean score lies above a threshold, or below it, or that rows are lacking.
 *
 * @throws RangeError where there are no rows or a value is outside its range
 * @see E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927
 */
export function thresholdGate(input: ThresholdInput): GateAnswer {
  const { scores, groups, threshold, binary, confidence = 0.95, seed, resamples = 2000 } = input;
  checkThreshold(threshold);
  const { estimate, ...decision } = meanGate({
    values: scores,
    groups,
    bound: threshold,
    kind: binary ? 'proportion' : 'mean',
    range: { min: 0, max: 1 },
    confidence,
    resamples,
    seed,
  });
  return { ...decision, estimate, explanation: explain(decision, estimate, threshold) };
}

/**
 * {@link thresholdGate} of an estimate of any metric, e.g. macro-F1 from `clusterBootstrap`.
 *
 * @param threshold 0 to below 1
 * @throws RangeError where the threshold is outside its range
 */
export function thresholdGateOfEstimate(estimate: Estimate, threshold: number): GateAnswer {
  checkThreshold(threshold);
  const decision = decideAbove(estimate, threshold);
  return { ...decision, estimate, explanation: explain(decision, estimate, threshold) };
}

function checkThreshold(threshold: number): void {
  if (!(threshold >= 0 && threshold < 1))
    throw new RangeError(`a threshold must lie in 0 to below 1, got ${threshold}`);
}

function explain({ outcome, rowsNeeded }: Decision, estimate: Estimate, threshold: number): string {
  const { value, low, high, n } = estimate;
  const measured = `The score on ${n} rows is ${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  if (outcome === 'pass') return `${measured}: all of the interval lies above ${threshold}.`;
  if (outcome === 'fail') return `${measured}: all of the interval lies below ${threshold}.`;
  if (rowsNeeded === null)
    return `${measured}: not above ${threshold}, though that may be chance. If it is real, no number of rows would let this pass.`;
  return `${measured}: the interval reaches down to ${threshold}, so these rows cannot decide. If the score is as seen, about ${rowsNeeded} rows would be enough.`;
}
