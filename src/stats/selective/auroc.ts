import type { Estimate } from '../../core/estimate.ts';
import { type BootstrapOptions, clusterBootstrap } from '../cluster-bootstrap.ts';

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
  if (scores.length !== correct.length)
    throw new RangeError(`needs as many scores as rows, got ${scores.length} and ${correct.length}`);
  const order = Array.from({ length: scores.length }, (_, row) => row);
  if (order.some(row => Number.isNaN(scores[row]))) throw new RangeError('a score must be a number');
  order.sort((a, b) => (scores[a]! < scores[b]! ? -1 : scores[a]! > scores[b]! ? 1 : 0));
  let wrong = 0;
  let right = 0;
  let wins = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tiedRight = 0;
    while (end < order.length && scores[order[end]!] === scores[order[start]!])
      if (correct[order[end++]!]) tiedRight++;
    const tiedWrong = end - start - tiedRight;
    wins += tiedRight * (wrong + tiedWrong / 2);
    wrong += tiedWrong;
    right += tiedRight;
    start = end;
  }
  return right === 0 || wrong === 0 ? null : wins / (right * wrong);
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
  const statistic = (rows: ArrayLike<number>) => {
    const picked = Array.from(rows);
    return (
      auroc(
        picked.map(row => scores[row]!),
        picked.map(row => correct[row]!),
      ) ?? 0.5
    );
  };
  return clusterBootstrap(statistic, scores.length, options);
}
