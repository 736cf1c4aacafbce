import type { Example } from '../../core/example.ts';
import type { Answer } from '../../core/metric.ts';
import type { TaskMetric } from '../../metrics/index.ts';
import type { CurveCell } from '../../stats/learning-curve/resample-curve.ts';

/** Answers of one model to held-out rows, ready for resampling. Rows that cannot be scored are left out. */
export function cellOf(
  metric: TaskMetric,
  rows: readonly Example[],
  heldOut: readonly number[],
  answers: readonly Answer[],
): CurveCell {
  const scores = heldOut.map((row, at) => metric.score(rows[row]!, answers[at]!));
  const scored = scores.flatMap((score, at) => (score === null ? [] : [at]));
  const indices = scored.map(at => heldOut[at]!);
  if (metric.corpus !== null) {
    const statistic = metric.corpus(
      indices.map(row => rows[row]!),
      scored.map(at => answers[at]!),
    );
    return { heldOut: indices, statistic };
  }
  const values = scored.map(at => scores[at]!);
  return {
    heldOut: indices,
    statistic: positions => {
      let sum = 0;
      for (let at = 0; at < positions.length; at++) sum += values[positions[at]!]!;
      return sum / positions.length;
    },
  };
}
