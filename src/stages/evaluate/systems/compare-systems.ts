import type { Comparison } from '../../../core/evaluation.ts';
import { groupsOf, type IntervalOptions, scoreRows, type TaskMetric } from '../../../metrics/index.ts';
import { pairedBootstrap, pairedBootstrapStatistic } from '../../../stats/bootstrap/paired-bootstrap.ts';
import { clusteredPairedDifference } from '../../../stats/clusters/clustered-paired-difference.ts';
import { mcnemarTest } from '../../../stats/paired/mcnemar.ts';
import type { Measured } from './measured.ts';

/** Rows that both systems answered, with both scores; rows that one could not be scored on are left out. */
export function pairRows(metric: TaskMetric, system: Measured, reference: Measured) {
  const rowOf = new Map(reference.examples.map((example, row) => [example.id, row]));
  const scores = scoreRows(metric, system.examples, system.answers);
  const referenceScores = scoreRows(metric, reference.examples, reference.answers);
  return system.examples.flatMap((example, row) => {
    const other = rowOf.get(example.id);
    if (other === undefined) return [];
    const pair = { example, answer: system.answers[row]!, referenceAnswer: reference.answers[other]! };
    const [score, referenceScore] = [scores[row]!, referenceScores[other]!];
    return score === null || referenceScore === null ? [] : [{ ...pair, score, referenceScore }];
  });
}

/**
 * Two systems on the same rows: McNemar's exact test and Tango's interval for independent right-or-wrong rows, the
 * paired bootstrap over groups otherwise. Null where no row can be paired.
 */
export function compareSystems(
  metric: TaskMetric,
  system: Measured,
  reference: Measured,
  options: IntervalOptions,
): Comparison | null {
  const pairs = pairRows(metric, system, reference);
  if (pairs.length === 0) return null;
  const won = pairs.filter(pair => pair.score > pair.referenceScore);
  const lost = pairs.filter(pair => pair.score < pair.referenceScore);
  const examples = pairs.map(pair => pair.example);
  const groups = groupsOf(examples);
  const bootstrap = { ...options, groups };
  const scores = pairs.map(pair => pair.score);
  const referenceScores = pairs.map(pair => pair.referenceScore);
  const paired = metric.corpus
    ? pairedBootstrapStatistic(
        metric.corpus(
          examples,
          pairs.map(pair => pair.answer),
        ),
        metric.corpus(
          examples,
          pairs.map(pair => pair.referenceAnswer),
        ),
        pairs.length,
        bootstrap,
      )
    : metric.binary && groups === null
      ? {
          difference: clusteredPairedDifference(
            scores.map((score, row) => score - referenceScores[row]!),
            null,
            options.confidence,
          ),
          pValue: mcnemarTest(won.length, lost.length).pValue,
        }
      : pairedBootstrap(scores, referenceScores, bootstrap);
  return {
    system: system.id,
    reference: reference.id,
    metric: metric.name,
    ...paired,
    test: metric.binary && groups === null ? 'mcnemar-exact' : 'paired-bootstrap',
    wins: won.length,
    losses: lost.length,
    wonIds: won.slice(0, 10).map(pair => pair.example.id),
    lostIds: lost.slice(0, 10).map(pair => pair.example.id),
  };
}
