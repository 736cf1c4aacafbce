/**
 * Expected calibration error: mean distance between stated confidence and share right, over bins that hold
 * equally many rows. Rows of equal confidence stay in one bin, so the order of rows does not matter.
 *
 * @param confidences stated probability of the given answer, each 0..1
 * @param correct whether that answer was right, row by row
 * @param bins number of bins, integer above 0
 * @returns 0 (calibrated) ..1
 * @throws RangeError where there are no rows, lengths differ, or a value is outside its range
 * @see K. Nguyen, B. O'Connor, "Posterior calibration and exploratory analysis for natural language processing models", EMNLP 2015 (adaptive bins)
 * @see M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015
 */
export function expectedCalibrationError(
  confidences: readonly number[],
  correct: readonly boolean[],
  bins = 15,
): number {
  const n = confidences.length;
  if (n === 0 || correct.length !== n || !(Number.isInteger(bins) && bins > 0))
    throw new RangeError(`needs rows of equal number and bins above 0, got ${n}, ${correct.length}, ${bins}`);
  if (confidences.some(value => !(value >= 0 && value <= 1)))
    throw new RangeError('a confidence must lie in 0..1');
  const order = confidences.map((_, row) => row).sort((a, b) => confidences[a]! - confidences[b]!);
  let error = 0;
  let start = 0;
  for (let bin = 1; bin <= bins; bin++) {
    let end = Math.max(start, Math.round((bin * n) / bins));
    while (end > start && end < n && confidences[order[end]!] === confidences[order[end - 1]!]) end++;
    let gap = 0;
    for (const row of order.slice(start, end)) gap += confidences[row]! - (correct[row] ? 1 : 0);
    error += Math.abs(gap) / n;
    start = end;
  }
  return error;
}

function checkProbabilities(probabilities: readonly (readonly number[])[], truth: readonly number[]): void {
  if (probabilities.length === 0 || probabilities.length !== truth.length)
    throw new RangeError(`needs as many rows as truths and at least one, got ${probabilities.length}`);
  probabilities.forEach((row, index) => {
    if (row[truth[index]!] === undefined || row.some(value => !(value >= 0 && value <= 1)))
      throw new RangeError(`row ${index} needs probabilities in 0..1 and a true class among them`);
  });
}

/**
 * Brier score: mean squared distance between the probabilities and the truth, summed over classes.
 *
 * @param probabilities [row, class], each row summing to 1
 * @param truth index of the true class, row by row
 * @returns 0 (perfect) ..2
 * @throws RangeError where there are no rows or a value is outside its range
 * @see G. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78, 1950
 */
export function brierScore(probabilities: readonly (readonly number[])[], truth: readonly number[]): number {
  checkProbabilities(probabilities, truth);
  let sum = 0;
  probabilities.forEach((row, index) => {
    row.forEach((value, label) => {
      sum += (value - (label === truth[index] ? 1 : 0)) ** 2;
    });
  });
  return sum / probabilities.length;
}

/**
 * Mean negative natural logarithm of the probability given to the true class, in nats.
 * Probabilities below 2^-52 count as 2^-52, so that one certain mistake does not make the mean infinite.
 *
 * @param probabilities [row, class], each row summing to 1
 * @param truth index of the true class, row by row
 * @returns 0 (perfect) to about 36
 * @throws RangeError where there are no rows or a value is outside its range
 * @see I. J. Good, "Rational decisions", Journal of the Royal Statistical Society B 14, 1952
 */
export function logLoss(probabilities: readonly (readonly number[])[], truth: readonly number[]): number {
  checkProbabilities(probabilities, truth);
  let sum = 0;
  // Subtracting from 0 keeps a perfect score at 0 rather than -0.
  probabilities.forEach((row, index) => {
    sum += 0 - Math.log(Math.max(row[truth[index]!]!, Number.EPSILON));
  });
  return sum / probabilities.length;
}
