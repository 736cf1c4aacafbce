import { rowsForPairedDifference } from '../../../stats/power/sample-size.ts';
import type { TornadoBar } from '../cost/economics.ts';
import { functionalRows } from '../cost/options.ts';
import { qualityMargin } from '../rules/facts.ts';
import { fill, type NextStep } from '../rules/rule.ts';
import type { Judgement } from './judge.ts';
import { rowsStep } from './rows-step.ts';

/** Difference and share of differing rows that a comparison with the large model is planned for. */
const planned = { difference: 0.05, discordantShare: 0.15 } as const;

/** The cheapest step that settles an open question, or the first step of what was decided. */
export function nextStepOf({ verdict, rule, facts }: Judgement, tornado: readonly TornadoBar[]): NextStep {
  const { evidence, quality } = facts;
  const step = (id: string, text: string): NextStep => ({ id, text, costUsd: null });

  switch (rule.id) {
    case 'task-unknown':
      return step(
        'define-task',
        'Read 100 inputs, write down the labels or the schema that would answer them, and count the inputs that fit.',
      );
    case 'too-few-rows':
      return rowsStep(facts);
    case 'volume-unknown':
      return step(
        'count-calls',
        'Count the calls of a few days, or let them be counted: `stepdown decide --log FILE` reads a log of them.',
      );
    case 'too-slow':
      return step(
        'measure-speed',
        'Measure a smaller model on your machine: `stepdown run --effort quick`, then run this again in that workspace.',
      );
    case 'cost-undecided': {
      const widest = tornado[0];
      return step(
        'narrow-quantity',
        widest === undefined
          ? 'State the numbers that were left unknown.'
          : fill(
              'Find out one number, {label}: between {low} and {high} ({unit}) it alone moves the result most.',
              {
                label: widest.label,
                low: widest.low,
                high: widest.high,
                unit: widest.unit,
              },
            ),
      );
    }
  }
  switch (verdict) {
    case 'keep-large-model':
      return step(
        'keep-and-watch',
        'Keep the large model, keep its answers as rows where you may, and run this again when volume or price has changed.',
      );
    case 'large-model-with-retrieval':
      return step(
        'try-retrieval',
        'Put the documents behind a search, and compare answers with and without it on 100 questions.',
      );
    default:
      if (facts.usefulRows < functionalRows && quality === 'unmeasured') return rowsStep(facts);
      if (evidence.evaluation?.noLanguageModelNeeded)
        return step('use-linear-model', `Try "${evidence.evaluation.floor!.title}" in production first.`);
      if (quality === 'unmeasured' && facts.situation.largeAllowed)
        return step(
          'compare-with-large',
          fill(
            'Set `large` in stepdown.yaml and run `stepdown run`: {rows} test rows show a difference of {difference} (power 0.8).',
            { rows: rowsForPairedDifference(planned), difference: planned.difference },
          ),
        );
      if (quality === 'unmeasured') return step('train', 'Train and measure it: `stepdown run`.');
      if (quality === 'undecided')
        return step(
          'more-test-rows',
          fill('Label about {rows} test rows: they tell the two apart to within {margin}.', {
            rows: rowsForPairedDifference({ ...planned, difference: qualityMargin }),
            margin: qualityMargin,
          }),
        );
      return step('pilot', 'Serve it beside the large model on a part of the traffic, and compare.');
  }
}
