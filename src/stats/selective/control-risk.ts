import { chooseThreshold, type ThresholdChoice } from './choose-threshold.ts';
import { errorUpperBound, riskPValue } from './risk-bound.ts';
import type { ThresholdCandidates } from './threshold-candidates.ts';

/** What the rows say of one threshold. */
export interface RiskEvidence {
  /** Rows with a score above the threshold. */
  readonly answered: number;
  readonly errors: number;
  /** Of "more than alpha of the answers are wrong". */
  readonly pValue: number;
  /** Exact upper bound of the share wrong, at the level of the test, 0..1. */
  readonly upperBound: number;
}

/**
 * The laxest threshold at which, with a chance of at least 1 - delta over the choice of these rows, at most `alpha` of
 * the answers given are wrong. Exact for any number of rows; the rows must be independent and drawn like those to come.
 *
 * @param scores of rows that the score was not fitted on; -Infinity is never answered
 * @param correct whether the answer was right, row by row
 * @param candidates fixed in advance, or at ranks fixed in advance; see {@link chooseThreshold}
 * @throws RangeError where lengths differ or an argument is outside its range
 * @see Y. Geifman, R. El-Yaniv, "Selective classification for deep neural networks", NIPS 2017, arXiv 1705.08500
 * @see A. Angelopoulos et al., "Conformal risk control", 2022, arXiv 2208.02814, for the bound in expectation instead
 */
export function controlRisk(
  scores: readonly number[],
  correct: readonly boolean[],
  candidates: ThresholdCandidates,
  { alpha, delta }: { readonly alpha: number; readonly delta: number },
): ThresholdChoice<RiskEvidence> {
  if (scores.length !== correct.length)
    throw new RangeError(`needs as many scores as rows, got ${scores.length} and ${correct.length}`);
  const test = (threshold: number, level: number) => {
    let answered = 0;
    let errors = 0;
    scores.forEach((score, row) => {
      if (!(score > threshold)) return;
      answered++;
      if (!correct[row]) errors++;
    });
    const pValue = riskPValue(errors, answered, alpha);
    const upperBound = errorUpperBound(errors, answered, level);
    return { passed: pValue <= level, evidence: { answered, errors, pValue, upperBound } };
  };
  return chooseThreshold(candidates, test, delta);
}
