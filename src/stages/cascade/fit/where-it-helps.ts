import { pairedScoreInterval } from '../../../stats/paired-score-interval.ts';
import type { EscalationHelp, LocalRegion } from '../calibration.ts';
import { type TestedRows, thresholdOf } from './tested-rows.ts';

/** Rows below which nothing is concluded. */
const fewestRows = 20;

/** Whether the large model is better on the rows that are escalated for low confidence and for nothing else. */
export function whereItHelps(tested: TestedRows, local: LocalRegion): EscalationHelp {
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
  const verdict = difference.low > 0 ? 'helps' : difference.value <= 0 ? 'no-better' : 'unproven';
  const found = `On ${asked.length} unsure rows the large model is right where the specialist is wrong ${wins} times, and the other way round ${losses} times`;
  const conclusion = {
    helps: 'it is better there, so escalating pays.',
    unproven: 'it looks better there, but these rows do not show it; they are escalated.',
    'no-better':
      'it is no better there, so low confidence alone is not escalated: that would cost and not help.',
  }[verdict];
  return { verdict, difference, explanation: `${found}: ${conclusion}` };
}
