import type { OptionId } from '../cost/compare.ts';
import type { Verdict } from '../rules/rule.ts';
import type { AssumptionOrigin, HardwareId } from '../situation/situation.ts';

const verdicts: Readonly<Record<Verdict, string>> = {
  'keep-large-model': 'Keep the large model',
  'large-model-with-retrieval': 'Large model with retrieval',
  'own-specialist': 'Own a specialist',
  cascade: 'Cascade: a specialist, with the large model behind it',
  'not-enough-evidence': 'Not enough evidence yet',
};
const options: Readonly<Record<OptionId, string>> = {
  'keep-large-model': 'large model, as now',
  'large-model-with-retrieval': 'large model with retrieval',
  'own-specialist': 'specialist of your own',
  cascade: 'cascade',
};
const origins: Readonly<Record<AssumptionOrigin, string>> = {
  answer: 'answered',
  converted: 'answered',
  measured: 'measured',
  configured: 'configured',
  'price-table': 'price list',
  derived: 'derived',
  default: 'assumed',
};
const machines: Readonly<Record<HardwareId, string>> = {
  cpu: 'CPU server',
  rentedGpu: 'rented GPU',
  ownedGpu: 'own GPU',
};
const words: Readonly<Record<string, string>> = {
  kind: 'kind of task',
  definition: 'labels or schema',
  breadth: 'inputs',
  reasoning: 'reasoning',
  factsChange: 'facts change',
  source: 'labelled by',
  canLabelMore: 'more rows can be had',
  dataMayLeave: 'data may leave your network',
  region: 'data must stay in',
  audit: 'every answer traceable',
  where: 'large model runs in',
  model: 'large model',
  unknown: 'not known',
};

/**
 * Every sentence and word of the document, but for the sentences of rules and of what would change the verdict
 * (`verdict/flips/counterfactuals.ts`). Another language is another such object.
 */
export const english = {
  language: 'en',
  documentTitle: (name: string) => `${name} · decision`,
  kicker: (kind: string, date: string) => `Decision · ${kind} · ${date}`,
  kinds: { classify: 'classification', extract: 'extraction', generate: 'text generation' },
  verdicts,
  options,
  origins,
  machines,
  words,
  hard: 'A hard constraint decides, whatever the cost.',
  about: (name: string) => `What to do about ${name}`,
  none: 'Nothing was found.',
  next: 'Next step',
  tiles: {
    saved: (option: string, months: number) => `${option}: saved over ${months} months`,
    lost: (option: string, months: number) => `${option}: extra cost over ${months} months`,
    interval: (low: string, high: string) => `90 % of the draws: ${low} to ${high}`,
    chance: 'chance that it is cheaper',
    chanceOf: (draws: number) => `of ${draws} draws from all ranges`,
    per1k: '1,000 requests',
    per1kInstead: (now: string) => `now ${now} with the large model`,
    breakEven: 'cheaper from',
    breakEvenSpan: (low: string, high: string | null) =>
      high === null ? `${low} or more` : low === high ? low : `${low} – ${high}`,
    breakEvenNow: (middle: string, now: string) =>
      `calls a day in 90 % of the draws, the middle at ${middle}; now ${now}`,
    never: 'never',
    neverDetail: 'the large model is cheaper at every rate',
  },
  why: 'Why',
  against: 'What speaks against it',
  contradictions: 'Answers that do not go together',
  alternatives: 'Another way',
  answers: {
    title: 'The four answers',
    measured: 'Measured instead of asked (brackets: 95 % intervals)',
    note: 'What was said and what was measured. Grey italics stand for what nobody knows yet: a wide assumption takes its place.',
    task: 'Can the task be defined precisely?',
    data: 'Is there enough good data?',
    traffic: 'How much, and how fast?',
    regulation: 'What is allowed?',
  },
  cost: {
    title: 'Cost against request rate',
    note: 'US dollars for 1,000 requests, set-up and people included. A specialist costs nearly the same a month at any rate; the large model is paid by the token.',
    chart: 'US dollars for 1,000 requests of every option against the request rate',
    rate: 'requests per second, on average',
    now: 'now',
    breakEven: 'break-even',
    breakEvenBand: 'break-even in 90 % of the draws',
    notAllowed: 'not allowed',
    sentOn: (share: string) => `, ${share} to the large model`,
    caption: (rate: string, perDay: string, months: number) =>
      `At ${rate} requests/s (${perDay} a day), at today’s prices; saving over ${months} months in today’s money. Brackets hold 90 % of the draws.`,
    columns: {
      option: 'option',
      per1k: '1,000 requests',
      month: 'a month',
      once: 'at once',
      saved: 'saved',
      chance: 'cheaper in',
      on: 'runs on',
    },
    runsAt: (rate: string, perDay: string, low: string, high: string | null, never: string | null) =>
      `Break-even: at today’s prices, from ${rate} requests/s on average (${perDay} calls a day) 1,000 requests cost less than with the large model; 90 % of the draws say from ${low} to ${high ?? 'no rate at all'}.${never === null ? '' : ` In ${never} of the draws no rate is enough.`}`,
    noRate:
      'Break-even: at today’s prices, at no rate do 1,000 requests cost less than with the large model.',
    paidBack: (date: string, months: number) =>
      `With prices and volume as assumed from then on, and begun today, it has earned its cost back by ${date} (month ${months}).`,
    notPaidBack:
      'With prices and volume as assumed from then on, what it costs to begin is not earned back within the horizon.',
  },
  tornado: {
    title: 'What matters most',
    note: (option: string) =>
      `Saving (${option} against the large model, in today’s money) when one number alone moves from the low to the high end of its range. The line is the saving at all middles. The longest bar is what to find out first.`,
    chart: 'Saving at both ends of the range of each quantity, the widest first',
    low: 'at the low end',
    high: 'at the high end',
    saving: 'saving, US dollars',
  },
  curve: {
    title: 'Would more rows help?',
    chart: 'Score against rows trained on, measured and fitted, with its interval',
    rows: 'rows trained on',
    now: 'rows now',
    gain: (gain: string, low: string, high: string, model: string) =>
      `Twice the rows would buy ${gain} points (${low} to ${high}) for the ${model}.`,
    notFitted: (why: string) => `No curve was fitted: ${why}`,
    missing:
      'No learning curve was measured yet. `stepdown data curve` trains on growing shares of your rows and shows what more would buy.',
    cheapOnly:
      'Measured with a cheap model: the specialist’s curve may lie higher and be steeper or flatter.',
  },
  quality: {
    title: 'How good is it?',
    note: (metric: string, rows: number, coverage: string) =>
      `${metric} on the same ${rows} held-out rows. Dot: measured. Bar: ${coverage} interval.`,
    chart: 'Score of each system with its interval',
    specialist: 'specialist',
    large: 'large model',
    difference: (other: string, value: string, low: string, high: string) =>
      `Specialist minus ${other}: ${value} points (${low} to ${high}).`,
    noLarge: 'The large model was not measured on these rows.',
    missing:
      'No evaluation was made yet. `stepdown run` trains a specialist and measures it beside a linear model, and beside the large model where `large` is set in stepdown.yaml.',
  },
  flips: { title: 'What would change it', none: 'No single change was found that would change it.' },
  risks: { title: 'Risks that remain', none: 'No rule names a risk.' },
  appendix: {
    title: 'Appendix: every number and its source',
    counts: (answered: number, measured: number, listed: number, assumed: number) =>
      `${answered} numbers were answered, ${measured} measured or configured, ${listed} taken from the price list, ${assumed} assumed. Amounts are US dollars. The last column names the source below.`,
    columns: { quantity: 'quantity', range: 'low to high', origin: 'origin', source: 'source' },
    sources: 'Sources',
    figures: 'Directional figures of the field',
    figuresNote: 'Rules of thumb, not measurements; your own figure stands beside each where there is one.',
    yours: 'yours',
    method: (method: string, draws: number, seed: number) =>
      `Uncertainty: ${method.toLowerCase()} (${draws} draws, seed ${seed}). Peaks are sized by an M/M/c queue (Erlang C). Every sentence ends with the rule it comes from.`,
  },
} as const;

/** What a language has to provide. */
export type DocumentText = typeof english;
