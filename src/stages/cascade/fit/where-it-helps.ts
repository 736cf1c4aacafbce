import { pairedScoreInterval } from '../../../stats/paired/paired-score-interval.ts';
import type { EscalationHelp, LocalRegion } from '../calibration.ts';
import { percent } from '../rules/rule-outcome.ts';
import { type TestedRows, thresholdOf } from './tested-rows.ts';

/** Rows below which nothing is concluded. */
const fewestRows = 20;
/** Gain in the share right that is worth asking the large model for; it is no better where it is shown to gain less. */
const worthwhile = 0.05;

/**
 * Whether the large model is better on the rows that are escalated for low confidence and for nothing else. That it is
 * not takes evidence too: what is promised of local answers ends where unsure ones are kept, so a few rows that came
 * out alike are not enough.
 *
 * @param mayKeep whether unsure answers may be given locally where it is no better
 */
export function whereItHelps(tested: TestedRows, local: LocalRegion, mayKeep: boolean): EscalationHelp {
  const threshold = thresholdOf(local);
  const unsure = tested.rows.filter((_, row) => {
    const score = tested.scores[row]!;
    return score > Number.NEGATIVE_INFINITY && !(score > threshold);
  });
  const asked = unsure.filter(row => row.largeCorrect !== null);
  if (asked.length < fewestRows)
    return {
      verdict: 'unknown',
      difference: null,
      explanation:
        asked.length === 0
          ? 'Whether the large model is better on the escalated requests is not known: there are no answers of it to unsure rows.'
          : `Only ${asked.length} unsure ${asked.length === 1 ? 'row has' : 'rows have'} an answer of the large model: too few to say whether it is better there.`,
    };
  const wins = asked.filter(row => row.largeCorrect === true && !row.correct).length;
  const losses = asked.filter(row => row.largeCorrect === false && row.correct).length;
  const difference = pairedScoreInterval(wins, losses, asked.length);
  const verdict =
    difference.low > 0
      ? 'helps'
      : difference.value <= 0 && difference.high < worthwhile
        ? 'no-better'
        : 'unproven';
  const found = `On ${asked.length} unsure rows the large model is right where the specialist is wrong ${wins} times, and the other way round ${losses} times`;
  const conclusion = {
    helps: 'it is better there, so escalating pays.',
    unproven: `these rows do not show whether it is better there, by up to ${percent(difference.high)} it may be; they are escalated.`,
    'no-better': mayKeep
      ? 'it is no better there, so low confidence alone is not escalated: that would cost and not help.'
      : 'it is no better there; they are escalated all the same, as the rule is not shown to hold without.',
  }[verdict];
  return { verdict, difference, explanation: `${found}: ${conclusion}` };
}
