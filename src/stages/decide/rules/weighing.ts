import type { Estimate } from '../../../core/estimate.ts';
import { functionalRows } from '../cost/options.ts';
import { figure } from '../figures.ts';
import { curveRules } from './curve-rules.ts';
import { qualityMargin } from './facts.ts';
import type { RuleNumbers, WeighingRule } from './rule.ts';
import { trafficRules } from './traffic-rules.ts';

const small = ['own-specialist', 'cascade'] as const;
const large = ['keep-large-model', 'large-model-with-retrieval'] as const;
const productionRows = figure('production-rows').low;
const narrowRule = 'field rule: narrow, closed tasks are learnt by small models';
const broadRule = 'field rule: broad or reasoning-heavy inputs stay with the large model';
const measuredHere = 'evaluation of the workspace, on the test split';

const estimated = ({ value, low, high, n }: Estimate): RuleNumbers => ({
  value: value.toFixed(3),
  low: low.toFixed(3),
  high: high.toFixed(3),
  n,
});

/** What speaks for and against each way to go. */
export const weighingRules: readonly WeighingRule[] = [
  {
    id: 'measured-as-good',
    when: ({ quality }) => quality === 'as-good',
    supports: ['own-specialist'],
    opposes: large,
    weight: 3,
    sentence:
      'Measured: the specialist is not worse than the large model by more than {margin} (difference {value}, {low} to {high}, n = {n}).',
    numbers: ({ evidence }) => ({ ...estimated(evidence.evaluation!.againstLarge!), margin: qualityMargin }),
    source: measuredHere,
  },
  {
    id: 'measured-worse',
    when: ({ quality }) => quality === 'worse',
    supports: ['keep-large-model', 'cascade'],
    opposes: ['own-specialist'],
    weight: 3,
    sentence:
      'Measured: alone, the specialist is worse than the large model by more than {margin} (difference {value}, {low} to {high}, n = {n}).',
    numbers: ({ evidence }) => ({ ...estimated(evidence.evaluation!.againstLarge!), margin: qualityMargin }),
    source: measuredHere,
  },
  {
    id: 'measured-undecided',
    when: ({ quality }) => quality === 'undecided',
    supports: ['cascade'],
    opposes: ['own-specialist'],
    weight: 3,
    sentence:
      'Measured, but on too few rows: the specialist differs from the large model by {value} ({low} to {high}, n = {n}).',
    numbers: ({ evidence }) => estimated(evidence.evaluation!.againstLarge!),
    source: measuredHere,
  },
  {
    id: 'no-language-model-needed',
    when: ({ evidence }) => evidence.evaluation?.noLanguageModelNeeded === true,
    supports: [],
    opposes: [...small, ...large],
    weight: 3,
    sentence:
      'No language model needed so far: "{title}" does as well as the specialist (difference {value}, {low} to {high}, n = {n}) and costs next to nothing.',
    numbers: ({ evidence }) => ({
      title: evidence.evaluation!.floor!.title,
      ...estimated(evidence.evaluation!.againstFloor!),
    }),
    source: measuredHere,
  },
  {
    id: 'floor-not-told-apart',
    when: ({ evidence }) => {
      const evaluation = evidence.evaluation;
      return (
        evaluation !== null &&
        !evaluation.noLanguageModelNeeded &&
        evaluation.againstFloor !== null &&
        evaluation.againstFloor.low <= 0.005
      );
    },
    supports: [],
    opposes: small,
    weight: 2,
    sentence:
      'Measured: the test rows hardly tell the specialist from "{title}" (difference {value}, {low} to {high}, n = {n}).',
    numbers: ({ evidence }) => ({
      title: evidence.evaluation!.floor!.title,
      ...estimated(evidence.evaluation!.againstFloor!),
    }),
    source: measuredHere,
  },
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
    when: ({ answers }) => answers.task.breadth === 'broad' || answers.task.definition === 'loose',
    supports: large,
    opposes: small,
    weight: 2,
    sentence:
      'The inputs are broad or the task is loosely defined: a small model will meet what it never saw.',
    source: broadRule,
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
    sentence: 'There are rows worth {rows} good ones: enough for production ({needed}).',
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
      'Rows worth {rows} good ones make a specialist that works ({functional}), but not yet one for production ({production}).',
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
    sentence: 'Rows worth {rows} good ones are fewer than the {needed} at which a specialist begins to work.',
    numbers: ({ usefulRows }) => ({ rows: usefulRows, needed: functionalRows }),
    source: 'figure functional-rows',
  },
  ...curveRules,
  ...trafficRules,
  {
    id: 'noisy-labels',
    when: ({ value }) => value('data.labelAgreement') < 0.85,
    supports: [],
    opposes: small,
    weight: 1,
    sentence: 'People agree on {agreement:percent} of the labels: no model can be surer than its teachers.',
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
    when: ({ value }) => value('traffic.latencyMs') >= 2000 && value('traffic.callsPerDay') < 1000,
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
    sentence: '1,000 requests cost {own:usd} instead of {large:usd}.',
    numbers: ({ economics, candidate }) => ({
      own: economics.options[candidate].per1kRequestsUsd.value,
      large: economics.options['keep-large-model'].per1kRequestsUsd.value,
    }),
    source: 'cost model',
  },
  {
    id: 'dearer',
    when: ({ economics, candidate }) => economics.options[candidate].probabilityCheaper <= 0.2,
    supports: ['keep-large-model'],
    opposes: small,
    weight: 2,
    sentence: '1,000 requests would cost {own:usd} instead of {large:usd}.',
    numbers: ({ economics, candidate }) => ({
      own: economics.options[candidate].per1kRequestsUsd.value,
      large: economics.options['keep-large-model'].per1kRequestsUsd.value,
    }),
    source: 'cost model',
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
