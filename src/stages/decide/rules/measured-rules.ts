import type { Estimate } from '../../../core/estimate.ts';
import { measuredBreadth, nearFrom } from '../measured/data-evidence.ts';
import type { RuleNumbers, WeighingRule } from './rule.ts';

const small = ['own-specialist', 'cascade'] as const;

/** Rows a label below which a label is hardly learnt. */
const rowsPerLabel = 10;
/** Wrong local answers that few mind, and that many would. */
const fewErrors = 0.05;
const manyErrors = 0.15;

const shares = ({ value, low, high, n }: Estimate): RuleNumbers => ({ value, low, high, n });

/** What labelled rows, a calibrated cascade and its audits say. */
export const measuredRules: readonly WeighingRule[] = [
  {
    id: 'cascade-errs-seldom',
    when: ({ evidence }) => (evidence.cascade?.localError?.high ?? 1) <= fewErrors,
    supports: ['cascade'],
    opposes: [],
    weight: 2,
    sentence:
      'Measured: of the answers that the cascade gives locally, {value:percent} are wrong ({low:percent} to {high:percent}, n = {n}).',
    numbers: ({ evidence }) => shares(evidence.cascade!.localError!),
    source: 'calibration of the cascade, on the rows its threshold was tested on',
  },
  {
    id: 'cascade-errs-often',
    when: ({ evidence }) => (evidence.cascade?.localError?.low ?? 0) > manyErrors,
    supports: [],
    opposes: ['cascade'],
    weight: 2,
    sentence:
      'Measured: of the answers that the cascade would give locally, {value:percent} are wrong ({low:percent} to {high:percent}, n = {n}).',
    numbers: ({ evidence }) => shares(evidence.cascade!.localError!),
    source: 'calibration of the cascade, on the rows its threshold was tested on',
  },
  {
    id: 'audits-agree',
    when: ({ evidence }) => (evidence.traffic?.disagreement?.high ?? 1) <= manyErrors,
    supports: small,
    opposes: [],
    weight: 2,
    sentence:
      'In random audits of live calls {value:percent} of the local answers differ from the large model’s ({low:percent} to {high:percent}, n = {n}).',
    numbers: ({ evidence }) => shares(evidence.traffic!.disagreement!),
    source: 'captured calls that the cascade audited',
  },
  {
    id: 'audits-disagree',
    when: ({ evidence }) => (evidence.traffic?.disagreement?.low ?? 0) > manyErrors,
    supports: ['keep-large-model'],
    opposes: small,
    weight: 2,
    sentence:
      'In random audits of live calls {value:percent} of the local answers differ from the large model’s ({low:percent} to {high:percent}, n = {n}).',
    numbers: ({ evidence }) => shares(evidence.traffic!.disagreement!),
    source: 'captured calls that the cascade audited',
  },
  {
    id: 'rows-are-alike',
    when: ({ evidence }) => measuredBreadth(evidence.data) === 'narrow',
    supports: small,
    opposes: [],
    weight: 1,
    sentence:
      'Measured: {value:percent} of the inputs ({low:percent} to {high:percent}, n = {n}) have a near neighbour among the rows (cosine {near} or more): the inputs are narrow.',
    numbers: ({ evidence }) => ({ ...shares(evidence.data!.breadth!.nearShare), near: nearFrom }),
    source: 'labelled rows, TF-IDF similarity; thresholds from eight public data sets (bench/breadth.mjs)',
  },
  {
    id: 'rows-are-scattered',
    when: ({ evidence }) => measuredBreadth(evidence.data) === 'scattered',
    supports: ['keep-large-model'],
    opposes: small,
    weight: 1,
    sentence:
      'Measured: only {value:percent} of the inputs ({low:percent} to {high:percent}, n = {n}) have a near neighbour among the rows (cosine {near} or more): a new input is probably unlike all of them.',
    numbers: ({ evidence }) => ({ ...shares(evidence.data!.breadth!.nearShare), near: nearFrom }),
    source: 'labelled rows, TF-IDF similarity; thresholds from eight public data sets (bench/breadth.mjs)',
  },
  {
    id: 'few-rows-a-label',
    when: ({ evidence: { data } }) =>
      data !== null && data.labels !== null && data.rows < rowsPerLabel * data.labels,
    supports: [],
    opposes: small,
    weight: 1,
    sentence: '{rows} rows for {labels} labels are {each} a label: too few to learn the rare ones.',
    numbers: ({ evidence }) => {
      const { rows, labels } = evidence.data!;
      return { rows, labels: labels!, each: rows / labels! };
    },
    source: 'working assumption of stepdown: ten rows a label',
  },
];
