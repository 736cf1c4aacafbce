import type { Evidence } from '../situation/evidence.ts';
import type { RuleNumbers, WeighingRule } from './rule.ts';

const small = ['own-specialist', 'cascade'] as const;
const large = ['keep-large-model', 'large-model-with-retrieval'] as const;

/** The specialist's curve where it was measured, else the cheap model's. */
export const curveIn = ({ learningCurve }: Evidence) => {
  const curve = learningCurve?.specialist?.fit ? learningCurve.specialist : learningCurve?.cheap;
  return curve?.fit ? { ...curve, fit: curve.fit } : null;
};
/** A gain below this is not worth labelling as many rows again, in units of the metric. */
const worthLabelling = 0.01;
const curveNumbers = (evidence: Evidence): RuleNumbers => {
  const { fit, rows, metric, model } = curveIn(evidence)!;
  const { value, low, high, n } = fit.gain;
  const signed = (gain: number) => `${gain < 0 ? '' : '+'}${gain.toFixed(3)}`;
  return { gain: signed(value), low: signed(low), high: signed(high), n, rows, metric, model: model.title };
};
const curveSource =
  'learning curve of the workspace (`stepdown data curve`), on development rows; Cortes et al., "Learning Curves", 1993; Viering & Loog, "The Shape of Learning Curves", 2023';

/** What the learning curve says of more rows. */
export const curveRules: readonly WeighingRule[] = [
  {
    id: 'rows-would-buy',
    when: ({ evidence }) => (curveIn(evidence)?.fit.gain.low ?? 0) >= worthLabelling,
    supports: small,
    opposes: large,
    weight: 2,
    sentence:
      'Twice the rows would buy {gain} ({low} to {high}) of {metric} over the {rows} there are, by the curve of "{model}": it is still rising.',
    numbers: ({ evidence }) => curveNumbers(evidence),
    source: curveSource,
  },
  {
    id: 'rows-would-not-buy',
    when: ({ evidence, quality }) =>
      (curveIn(evidence)?.fit.gain.high ?? 1) < worthLabelling && quality !== 'as-good',
    supports: [],
    opposes: small,
    weight: 1,
    sentence:
      'Twice the rows would buy only {gain} ({low} to {high}) of {metric} over the {rows} there are, by the curve of "{model}": labelling more like these hardly helps.',
    numbers: ({ evidence }) => curveNumbers(evidence),
    source: curveSource,
  },
  {
    id: 'rows-perhaps-buy',
    when: ({ evidence }) => {
      const gain = curveIn(evidence)?.fit.gain;
      return gain !== undefined && gain.low < worthLabelling && gain.high >= worthLabelling;
    },
    supports: small,
    opposes: [],
    weight: 1,
    sentence:
      'Twice the rows might buy {gain} ({low} to {high}) of {metric} over the {rows} there are, by the curve of "{model}".',
    numbers: ({ evidence }) => curveNumbers(evidence),
    source: curveSource,
  },
];
