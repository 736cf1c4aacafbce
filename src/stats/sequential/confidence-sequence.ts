import type { Estimate } from '../../core/estimate.ts';
import { logMixtureRatio, type Tally } from './share-mixture.ts';

/**
 * Confidence sequence of a mean of values in 0..1: with probability `confidence` its intervals hold the truth at
 * every moment at once, so it may be watched while it grows and acted on at any time. A fixed-sample interval,
 * watched like that, is wrong far more often than it says. The price is an interval about 1.5 times as wide.
 *
 * @param confidence coverage over all moments together, strictly between 0 and 1
 * @returns value and interval, each 0..1
 * @throws RangeError where nothing was tallied or an argument is outside its range
 * @see I. Waudby-Smith, A. Ramdas, "Confidence sequences for sampling without replacement", NeurIPS 2020 (prior-posterior ratio)
 * @see I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86, 2024
 */
export function confidenceSequence(tally: Tally, confidence = 0.95): Estimate {
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence must lie strictly between 0 and 1, got ${confidence}`);
  if (tally.count === 0) throw new RangeError('a mean needs at least one value');
  const value = tally.total / tally.count;
  const limit = -Math.log(1 - confidence);
  // The ratio is convex in p with its minimum at the observed mean: one crossing on each side at most.
  const crossing = (outside: number) => {
    let [inner, outer] = [value, outside];
    if (logMixtureRatio(tally, outer) < limit) return outer;
    for (;;) {
      const middle = (inner + outer) / 2;
      if (middle === inner || middle === outer) return outer;
      if (logMixtureRatio(tally, middle) < limit) inner = middle;
      else outer = middle;
    }
  };
  return {
    value,
    low: crossing(0),
    high: crossing(1),
    n: tally.count,
    method: 'confidence-sequence',
    confidence,
  };
}
