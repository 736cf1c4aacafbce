import { type ListPrice, listPriceOf, monthsSince, priceSource } from '../situation/price-table.ts';
import type { Situation } from '../situation/situation.ts';
import { type RiskRule, verdicts } from './rule.ts';

const small = ['own-specialist', 'cascade'] as const;

/** Months after which a list price is called old. */
const oldPriceMonths = 6;

/** The entry of a price list that counts; null where the price is from elsewhere. */
function listedPrice({ assumptions, answers, prices }: Situation): ListPrice | null {
  if (assumptions['incumbent.price.input'].origin !== 'price-table') return null;
  return listPriceOf(answers.incumbent.model ?? '', prices);
}

const inCloud = ({ answers }: Situation) => answers.incumbent.where === 'cloud';
const priceUnknown = (situation: Situation) =>
  inCloud(situation) && situation.assumptions['incumbent.price.input'].origin === 'default';

/** Risks that remain after the verdict. */
export const riskRules: readonly RiskRule[] = [
  {
    id: 'drift',
    of: small,
    when: () => true,
    sentence:
      'Inputs drift: without a retraining every {months} months or so, accuracy falls unseen. Keep measuring it.',
    numbers: ({ value }) => ({ months: value('economics.retrainEveryMonths') }),
    source: 'field rule: repeated retraining is part of the cost',
  },
  {
    id: 'forgetting',
    of: small,
    when: () => true,
    sentence: 'Fine-tuning costs general ability: outside its task the specialist is worse than its base.',
    source: 'Biderman et al., "LoRA Learns Less and Forgets Less", 2024',
  },
  {
    id: 'quality-unmeasured',
    of: small,
    when: ({ quality }) => quality === 'unmeasured',
    sentence: 'No evaluation on your rows compares the specialist with the large model yet.',
    source: 'no such evaluation in the workspace',
  },
  {
    id: 'test-set-unapproved',
    of: verdicts,
    when: ({ evidence: { evaluation } }) => evaluation !== null && !evaluation.testSetApproved,
    sentence:
      'Nobody has approved the {rows} test rows that the evaluation rests on: a wrong label there is a wrong figure here. Look at them with `stepdown data approve --show`.',
    numbers: ({ evidence }) => ({ rows: evidence.evaluation!.testRows }),
    source: 'review/approvals.jsonl of the workspace has no standing approval of them',
  },
  {
    id: 'teacher-labels',
    of: small,
    when: ({ answers }) => answers.data.source === 'logs' || answers.data.source === 'generated',
    sentence:
      'The rows are answers of a model: its mistakes are taught too, and its terms may not allow training on them.',
    source: 'your answers (data.source)',
  },
  {
    id: 'vendor-price',
    of: ['keep-large-model', 'large-model-with-retrieval', 'cascade'],
    when: ({ situation }) => inCloud(situation),
    sentence: 'The vendor sets price and version: both may change without you.',
    source: 'field rule: vendor price changes',
  },
  {
    id: 'old-price',
    of: verdicts,
    when: ({ situation }) => {
      const entry = listedPrice(situation);
      return entry !== null && monthsSince(entry.date, situation.today) > oldPriceMonths;
    },
    sentence: 'The list price of {model} is of {date}, {months} months old: state the one you pay.',
    numbers: ({ situation }) => {
      const entry = listedPrice(situation)!;
      return { model: entry.model, date: entry.date, months: monthsSince(entry.date, situation.today) };
    },
    source: 'price table',
  },
  {
    id: 'price-not-checked',
    of: verdicts,
    when: ({ situation }) => (listedPrice(situation)?.basis ?? 'text') !== 'text',
    sentence: 'The list price of {model} is not checked ({source}): state the one you pay.',
    numbers: ({ situation }) => {
      const entry = listedPrice(situation)!;
      return { model: entry.model, source: priceSource(entry) };
    },
    source: 'price table',
  },
  {
    id: 'price-unknown',
    of: verdicts,
    when: ({ situation, answers }) => priceUnknown(situation) && answers.incumbent.model === undefined,
    sentence: 'The price of the large model is not known; a wide range stands in for it.',
    source: 'no price in the answers, stepdown.yaml or the price table',
  },
  {
    id: 'own-price-unknown',
    of: verdicts,
    when: ({ situation }) =>
      !inCloud(situation) &&
      ['default', 'price-table'].includes(situation.assumptions['incumbent.price.input'].origin),
    sentence:
      'The large model runs on your own machines, and what a million tokens cost there is not stated: a cloud’s price stands in for it. Divide what those machines cost a month by its tokens.',
    source: 'no price in the answers (incumbent.price)',
  },
  {
    id: 'model-not-listed',
    of: verdicts,
    when: ({ situation, answers }) => priceUnknown(situation) && answers.incumbent.model !== undefined,
    sentence:
      'No price list has {model}, so a wide range stands in for its price: state the one you pay, or a name that is listed.',
    numbers: ({ answers }) => ({ model: answers.incumbent.model! }),
    source: 'price table',
  },
  {
    id: 'regulation-unknown',
    of: ['keep-large-model', 'large-model-with-retrieval', 'cascade', 'not-enough-evidence'],
    when: ({ answers }) => answers.regulation.dataMayLeave === 'unknown',
    sentence: 'Nobody has said whether data may leave your network. If not, that decides alone.',
    source: 'your answers (regulation.dataMayLeave)',
  },
  {
    id: 'region-unknown',
    of: verdicts,
    when: ({ situation, answers }) =>
      inCloud(situation) &&
      answers.regulation.dataMayLeave === 'region-only' &&
      answers.incumbent.region === undefined,
    sentence:
      'Data must stay in {region}, and nobody has said where the large model runs. If elsewhere, that decides alone.',
    numbers: ({ answers }) => ({ region: answers.regulation.region! }),
    source: 'your answers (regulation.region; incumbent.region is missing)',
  },
  {
    id: 'model-size-follows-hardware',
    of: ['own-specialist'],
    when: ({ situation }) => !situation.largeAllowed && situation.evidence.machine !== null,
    sentence:
      'The model’s size follows the hardware: {memory} GB carry up to about {size} billion parameters at 4 bits.',
    numbers: ({ situation }) => {
      const { memoryBytes, gpuMemoryBytes } = situation.evidence.machine!;
      const memory = (gpuMemoryBytes ?? memoryBytes) / 1e9;
      return { memory, size: (8 * memory) / 12 };
    },
    source: 'figure serving-memory (12 GB for 8 billion, its upper end)',
  },
];
