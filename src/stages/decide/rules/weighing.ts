import type { OptionId } from '../cost/compare.ts';
import { functionalRows } from '../cost/options.ts';
import { figure } from '../figures.ts';
import { curveRules } from './curve-rules.ts';
import { answersInDocuments, type Facts } from './facts.ts';
import { measuredRules } from './measured-rules.ts';
import { qualityRules } from './quality-rules.ts';
import type { WeighingRule } from './rule.ts';
import { trafficRules } from './traffic-rules.ts';

const small = ['own-specialist', 'cascade'] as const;
const large = ['keep-large-model', 'large-model-with-retrieval'] as const;
const productionRows = figure('production-rows').low;
const narrowRule = 'field rule: narrow, closed tasks are learnt by small models';
const broadRule = 'field rule: broad or reasoning-heavy inputs stay with the large model';
const costNumbers = ({ economics }: Facts, option: OptionId) => {
  const own = economics.options[option].per1kRequestsUsd;
  const large = economics.options['keep-large-model'].per1kRequestsUsd;
  return {
    own: own.value,
    ownLow: own.low,
    ownHigh: own.high,
    large: large.value,
    largeLow: large.low,
    largeHigh: large.high,
  };
};

/** The same, and what that comes to over the horizon. */
const againstLarge = (facts: Facts, option: OptionId) => {
  const { value, low, high } = facts.economics.options[option].savingUsd;
  return {
    ...costNumbers(facts, option),
    extra: -value,
    low: -high,
    high: -low,
    months: facts.economics.horizonMonths,
  };
};

/** What speaks for and against each way to go. */
export const weighingRules: readonly WeighingRule[] = [
  ...qualityRules,
  {
    id: 'narrow-closed-task',
    when: ({ answers }) =>
      answers.task.breadth === 'narrow' &&
      answers.task.definition === 'closed' &&
      answers.task.reasoning !== 'heavy',
    supports: small,
    opposes: large,
    weight: 2,
    sentence: 'The task is narrow and closed ({kind}): what a small model learns well.',
    numbers: ({ answers }) => ({ kind: answers.task.kind }),
    source: narrowRule,
  },
  {
    id: 'broad-task',
    when: ({ answers }) => answers.task.breadth === 'broad',
    supports: large,
    opposes: small,
    weight: 2,
    sentence: 'The inputs are broad: a small model will meet what it never saw.',
    source: broadRule,
  },
  {
    id: 'loose-task',
    when: ({ answers }) => answers.task.definition === 'loose',
    supports: large,
    opposes: small,
    weight: 2,
    sentence: 'The task is loosely defined: what is not defined can be neither trained nor tested.',
    source: 'first of the four questions',
  },
  {
    id: 'some-reasoning',
    when: ({ answers }) => answers.task.reasoning === 'some' || answers.task.reasoning === 'heavy',
    supports: [...large, 'cascade'],
    opposes: ['own-specialist'],
    weight: 2,
    sentence: 'Answers need reasoning, where small models fall behind first.',
    source: broadRule,
  },
  {
    id: 'out-of-scope',
    when: ({ value }) => value('task.outOfScopeShare') > 0.05,
    supports: ['cascade', 'keep-large-model'],
    opposes: ['own-specialist'],
    weight: 2,
    sentence: '{share:percent} of the inputs lie outside the task; something else has to answer them.',
    numbers: ({ value }) => ({ share: value('task.outOfScopeShare') }),
    source: 'field rule: a specialist has no good answer outside its task',
  },
  {
    id: 'rows-for-production',
    when: ({ usefulRows }) => usefulRows >= productionRows,
    supports: small,
    opposes: [],
    weight: 2,
    sentence: 'There are rows worth {rows:count} good ones: enough for production ({needed}).',
    numbers: ({ usefulRows }) => ({ rows: usefulRows, needed: productionRows }),
    source: 'figure production-rows',
  },
  {
    id: 'rows-functional',
    when: ({ usefulRows }) => usefulRows >= functionalRows && usefulRows < productionRows,
    supports: ['cascade'],
    opposes: ['own-specialist'],
    weight: 1,
    sentence:
      'Rows worth {rows:count} good ones make a specialist that works ({functional}), but not yet one for production ({production}).',
    numbers: ({ usefulRows }) => ({
      rows: usefulRows,
      functional: functionalRows,
      production: productionRows,
    }),
    source: 'figures functional-rows and production-rows',
  },
  {
    id: 'few-rows',
    when: ({ usefulRows, quality }) => usefulRows < functionalRows && quality === 'unmeasured',
    supports: large,
    opposes: small,
    weight: 2,
    sentence:
      'Rows worth {rows:count} good ones are fewer than the {needed} at which a specialist begins to work.',
    numbers: ({ usefulRows }) => ({ rows: usefulRows, needed: functionalRows }),
    source: 'figure functional-rows',
  },
  ...curveRules,
  ...trafficRules,
  ...measuredRules,
  {
    id: 'noisy-labels',
    when: ({ value }) => value('data.labelAgreement') < 0.85,
    supports: [],
    opposes: small,
    weight: 1,
    sentence:
      'People agree on {agreement:percent} of the labels, as far as is known: no model can be surer than its teachers.',
    numbers: ({ value }) => ({ agreement: value('data.labelAgreement') }),
    source: 'figure good-beats-many',
  },
  {
    id: 'few-calls',
    when: ({ value }) => value('traffic.callsPerDay') < figure('calls-that-pay').low,
    supports: large,
    opposes: small,
    weight: 1,
    sentence: '{calls} calls a day are few: hundreds seldom pay for a model of your own.',
    numbers: ({ value }) => ({ calls: value('traffic.callsPerDay') }),
    source: 'figure calls-that-pay',
  },
  {
    id: 'many-calls',
    when: ({ value }) => value('traffic.callsPerDay') >= figure('calls-that-pay').high,
    supports: small,
    opposes: ['keep-large-model'],
    weight: 1,
    sentence: '{calls} calls a day are many: thousands usually pay for a model of your own.',
    numbers: ({ value }) => ({ calls: value('traffic.callsPerDay') }),
    source: 'figure calls-that-pay',
  },
  {
    id: 'cloud-latency',
    when: ({ answers, value }) =>
      answers.incumbent.where === 'cloud' &&
      value('traffic.latencyMs') >= 2000 &&
      value('traffic.callsPerDay') < 1000,
    supports: large,
    opposes: [],
    weight: 1,
    sentence: '{latency} ms will do at a low volume: a cloud meets that without machines of your own.',
    numbers: ({ value }) => ({ latency: value('traffic.latencyMs') }),
    source: 'figure cloud-latency',
  },
  {
    id: 'slow-machines',
    when: ({ economics }) => economics.options['own-specialist'].probabilityInTime < 0.5,
    supports: [],
    opposes: small,
    weight: 2,
    sentence:
      'A specialist of {size} billion parameters answers within {latency} ms in only {chance:percent} of the cases, on the machines at hand.',
    numbers: ({ value, economics }) => ({
      size: value('specialist.parametersBillions'),
      latency: value('traffic.latencyMs'),
      chance: economics.options['own-specialist'].probabilityInTime,
    }),
    source: 'queueing model (Erlang C)',
  },
  {
    id: 'cheaper',
    when: ({ economics, candidate }) => economics.options[candidate].probabilityCheaper >= 0.8,
    supports: small,
    opposes: ['keep-large-model'],
    weight: 2,
    sentence:
      '1,000 requests cost {own:usd} ({ownLow:usd} to {ownHigh:usd}) instead of {large:usd} ({largeLow:usd} to {largeHigh:usd}).',
    numbers: facts => costNumbers(facts, facts.candidate),
    source: 'cost model',
  },
  {
    id: 'dearer',
    when: ({ economics, candidate }) => economics.options[candidate].probabilityCheaper <= 0.2,
    supports: ['keep-large-model'],
    opposes: small,
    weight: 2,
    sentence:
      '1,000 requests would cost {own:usd} ({ownLow:usd} to {ownHigh:usd}) instead of {large:usd} ({largeLow:usd} to {largeHigh:usd}); with all that is paid at once, {extra:usd} more ({low:usd} to {high:usd}) over {months} months.',
    numbers: facts => againstLarge(facts, facts.candidate),
    source: 'cost model',
  },
  {
    id: 'retrieval-costs',
    when: () => true,
    supports: [],
    opposes: ['large-model-with-retrieval'],
    weight: 2,
    sentence:
      'Retrieval comes on top: 1,000 requests cost {own:usd} ({ownLow:usd} to {ownHigh:usd}) instead of {large:usd} ({largeLow:usd} to {largeHigh:usd}), {extra:usd} more ({low:usd} to {high:usd}) over {months} months.',
    numbers: facts => againstLarge(facts, 'large-model-with-retrieval'),
    source: 'cost model',
  },
  {
    id: 'answers-in-documents',
    when: answersInDocuments,
    supports: [],
    opposes: small,
    weight: 2,
    sentence:
      'The answers stand in {documents} documents: a model that is not shown them does not know what they say.',
    numbers: ({ value }) => ({ documents: value('task.documents') }),
    source: 'figure documents-mean-retrieval',
  },
  {
    id: 'facts-change',
    when: ({ answers }) => answers.task.factsChange === 'often',
    supports: ['large-model-with-retrieval'],
    opposes: ['own-specialist'],
    weight: 2,
    sentence: 'The facts in the answers change often: training fixes them, and retrieval does not.',
    source: 'figure documents-mean-retrieval',
  },
  {
    id: 'audit-trail',
    when: ({ answers }) => answers.regulation.audit === 'yes',
    supports: ['own-specialist'],
    opposes: ['keep-large-model'],
    weight: 1,
    sentence: 'Answers must be traceable to a fixed version: a model of your own does not change by itself.',
    source: 'your answers (regulation.audit)',
  },
];
