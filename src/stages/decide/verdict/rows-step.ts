import { functionalRows } from '../cost/options.ts';
import { curveIn } from '../rules/curve-rules.ts';
import { cleanAgreement, type Facts } from '../rules/facts.ts';
import { fill, type NextStep } from '../rules/rule.ts';
import type { Evidence } from '../situation/evidence.ts';

/** Rows that two people label alike to see how often they agree. */
const twiceLabelled = 100;

/**
 * What to do where the rows are worth fewer than a specialist needs: find out how good they are, make them better, or
 * label more; without training where no more can be had.
 */
export function rowsStep({ answers, evidence, situation, usefulRows, value }: Facts): NextStep {
  if (answers.data.canLabelMore === 'no')
    return {
      id: 'try-untrained',
      text: 'Put 100 inputs to an open model that your machines carry, with instructions and examples in the prompt: there are too few rows to train one.',
      costUsd: null,
    };
  const [rows, agreement, each] = [
    value('data.labelledRows'),
    value('data.labelAgreement'),
    value('economics.labelCost'),
  ];
  const known = situation.assumptions['data.labelAgreement'].origin !== 'default';
  if (rows >= functionalRows && !known)
    return {
      id: 'measure-agreement',
      text: fill(
        'Let a second person label {twice} of the rows (about {cost:usd} at {each:usd} a row), or name them with --data: nobody has said how good the labels are, and where two people agree on {clean:percent} of them the {rows:count} rows are enough.',
        { twice: twiceLabelled, cost: twiceLabelled * each, each, clean: cleanAgreement, rows },
      ),
      costUsd: twiceLabelled * each,
    };
  if (rows >= functionalRows)
    return {
      id: 'correct-labels',
      text: fill(
        'Correct labels before you add any: `stepdown data review` shows the doubtful ones. Where two people agree on {clean:percent}, the {rows:count} rows count in full; at {agreement:percent} it would take {more:count} more like these.',
        { clean: cleanAgreement, rows, agreement, more: (functionalRows / usefulRows - 1) * rows },
      ),
      costUsd: null,
    };
  const missing = Math.ceil(functionalRows - usefulRows);
  return {
    id: 'label-rows',
    text: fill(
      'Label about {missing} more rows{care} (about {cost:usd} at {each:usd} a row), then run `stepdown run` and this again.{curve}',
      {
        missing,
        care:
          usefulRows < rows
            ? fill(', so that two people agree on {clean:percent}', { clean: cleanAgreement })
            : '',
        cost: missing * each,
        each,
        curve: gainText(evidence),
      },
    ),
    costUsd: missing * each,
  };
}

/** What labelling would buy, where the learning curve is known. */
function gainText(evidence: Evidence): string {
  const curve = curveIn(evidence);
  if (curve === null) return '';
  const { gain } = curve.fit;
  return fill(
    ' Twice the {rows} rows there are would buy {value} ({low} to {high}) of {metric}, by the learning curve.',
    {
      rows: curve.rows,
      metric: curve.metric,
      value: gain.value.toFixed(3),
      low: gain.low.toFixed(3),
      high: gain.high.toFixed(3),
    },
  );
}
