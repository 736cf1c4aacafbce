import type { Estimate } from '../../core/estimate.ts';
import { type BootstrapOptions, clusterBootstrap } from '../bootstrap/cluster-bootstrap.ts';
import { createTally, everyRow, type ScoreTally } from './score-tally.ts';

/**
 * Area under the ROC curve: chance that a right answer has a higher score than a wrong one, ties counting half.
 *
 * @param scores higher means more likely right; not NaN
 * @param correct whether the answer was right, row by row
 * @returns 0..1; null where all answers are right or all are wrong
 * @throws RangeError where lengths differ or a score is not a number
 * @see J. Hanley, B. McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve", Radiology 143, 1982
 */
export function auroc(scores: ArrayLike<number>, correct: ArrayLike<boolean>): number | null {
  return aurocOf(createTally(scores, correct)(everyRow(scores.length)));
}

function aurocOf({ right, wrong }: ScoreTally): number | null {
  let rightBelow = 0;
  let wrongBelow = 0;
  let wins = 0;
  right.forEach((tiedRight, place) => {
    wins += tiedRight * (wrongBelow + wrong[place]! / 2);
    rightBelow += tiedRight;
    wrongBelow += wrong[place]!;
  });
  return rightBelow === 0 || wrongBelow === 0 ? null : wins / (rightBelow * wrongBelow);
}

/**
 * {@link auroc} with its interval from resampling whole groups. A resample that holds only right or only wrong
 * answers counts as one half: it tells nothing.
 *
 * @returns null where all answers are right or all are wrong
 */
export function estimateAuroc(
  scores: readonly number[],
  correct: readonly boolean[],
  options: BootstrapOptions,
): Estimate | null {
  if (auroc(scores, correct) === null) return null;
  const tally = createTally(scores, correct);
  return clusterBootstrap(rows => aurocOf(tally(rows)) ?? 0.5, scores.length, options);
}
