import { numberText } from '../../../core/number-text.ts';
import { functionalRows } from '../cost/options.ts';
import { outsideRegion } from '../situation/contradictions.ts';
import { answersInDocuments, type DecidingFacts, type Facts } from './facts.ts';
import type { DecidingRule } from './rule.ts';

/** Chance that a saving is there, from which it is believed, and below which it is not. */
export const believed = 0.8;
export const disbelieved = 0.2;

const chance = (facts: DecidingFacts) => facts.odds().probabilityCheaper;
const chanceInTime = (facts: DecidingFacts) => facts.odds().probabilityInTime;
const saving = ({ economics, candidate }: Facts) => economics.options[candidate].savingUsd;
/** Calls a day, and their range in brackets where it has a width. */
const callsOf = ({ situation }: Facts) => {
  const { low, value, high } = situation.assumptions['traffic.callsPerDay'].range;
  return { calls: value, range: low === high ? '' : ` (${numberText(low)} to ${numberText(high)})` };
};
/** The volume is a default: a range that stands in for an answer, and no evidence. */
const volumeUnknown = ({ situation }: DecidingFacts) =>
  situation.assumptions['traffic.callsPerDay'].origin === 'default';
const inCloud = ({ answers }: DecidingFacts) => answers.incumbent.where === 'cloud';
/** Nothing on the same rows says how the specialist stands to the large model. */
const unmeasured = ({ quality }: DecidingFacts) => quality === 'unmeasured';

/**
 * The rules that decide, in their order: law before nature of the task, nature before money, money before quality.
 * The first that holds gives the verdict. More calls a day only ever move it from keeping towards owning.
 */
export const decidingRules: readonly DecidingRule[] = [
  {
    id: 'data-must-not-leave',
    hard: true,
    when: facts => facts.answers.regulation.dataMayLeave === 'no' && inCloud(facts),
    verdict: 'own-specialist',
    sentence:
      'Data must not leave your network, and the large model runs in a cloud: only a model on your own machines may see it.',
    source: 'hard constraint from your answers (regulation.dataMayLeave)',
  },
  {
    id: 'data-must-stay-in-region',
    hard: true,
    when: ({ answers }) => outsideRegion(answers),
    verdict: 'own-specialist',
    sentence:
      'Data must stay in {region}, and the large model runs in {elsewhere}: only a model that you run in {region} may see it.',
    numbers: ({ answers }) => ({
      region: answers.regulation.region!,
      elsewhere: answers.incumbent.region!,
    }),
    source: 'hard constraint from your answers (regulation.region, incumbent.region)',
  },
  {
    id: 'facts-in-documents',
    when: answersInDocuments,
    verdict: 'large-model-with-retrieval',
    sentence:
      'The answers stand in {documents} documents: they are looked up and shown to the model, as training would fix what changes.',
    numbers: ({ value }) => ({ documents: value('task.documents') }),
    source: 'figure documents-mean-retrieval',
  },
  {
    id: 'reasoning-heavy',
    when: ({ answers }) => answers.task.reasoning === 'heavy',
    verdict: 'keep-large-model',
    sentence: 'Answers need several steps of thought, and there small models fall behind first.',
    source: 'field rule: broad or reasoning-heavy inputs stay with the large model',
  },
  {
    id: 'broad-inputs',
    when: ({ answers }) => answers.task.breadth === 'broad',
    verdict: 'keep-large-model',
    sentence: 'The inputs are too broad for a model that knows one thing.',
    source: 'field rule: broad or reasoning-heavy inputs stay with the large model',
  },
  {
    id: 'loose-free-text',
    when: ({ answers: { task } }) =>
      task.kind === 'generate' && task.definition === 'loose' && task.breadth !== 'narrow',
    verdict: 'keep-large-model',
    sentence: 'The free text is too loosely defined for a model that knows one thing.',
    source: 'field rule: broad or reasoning-heavy inputs stay with the large model',
  },
  {
    id: 'volume-unknown',
    when: facts => volumeUnknown(facts) && !facts.localNeeded && chance(facts) < believed,
    verdict: 'not-enough-evidence',
    sentence:
      'Nobody has said how many calls there are, and whether a model of your own pays hangs on that more than on anything else.',
    source: 'third of the four questions; figure calls-that-pay',
  },
  {
    id: 'does-not-pay',
    when: facts => !facts.localNeeded && chance(facts) <= disbelieved,
    verdict: 'keep-large-model',
    sentence:
      'At {calls} calls a day{range} a model of your own does not pay: it is cheaper in {chance:percent} of {draws} draws from the ranges, and over {months} months it costs {extra:usd} more ({low:usd} to {high:usd}), in today’s money.',
    numbers: facts => ({
      ...callsOf(facts),
      chance: chance(facts),
      draws: facts.economics.draws,
      months: facts.economics.horizonMonths,
      extra: -saving(facts).value,
      low: -saving(facts).high,
      high: -saving(facts).low,
    }),
    source: 'cost model; figure calls-that-pay',
  },
  {
    id: 'no-rows-to-be-had',
    when: facts =>
      unmeasured(facts) && facts.usefulRows < functionalRows && facts.answers.data.canLabelMore === 'no',
    verdict: 'keep-large-model',
    sentence:
      'Rows worth {rows:count} good ones are too few to train on ({needed} is where a specialist begins to work), and no more can be had.',
    numbers: ({ usefulRows }) => ({ rows: usefulRows, needed: functionalRows }),
    source: 'figure functional-rows',
  },
  {
    id: 'task-unknown',
    when: facts =>
      unmeasured(facts) &&
      facts.answers.task.breadth === 'unknown' &&
      facts.answers.task.definition === 'unknown',
    verdict: 'not-enough-evidence',
    sentence:
      'It may pay, but nobody has said yet whether the task can be defined, nor how broad its inputs are.',
    source: 'first of the four questions',
  },
  {
    id: 'too-few-rows',
    when: facts => unmeasured(facts) && facts.usefulRows < functionalRows,
    verdict: 'not-enough-evidence',
    sentence:
      'It may pay, but rows worth {rows:count} good ones are too few to know whether a specialist can do it; about {needed} would show.',
    numbers: ({ usefulRows }) => ({ rows: usefulRows, needed: functionalRows }),
    source: 'figures functional-rows and good-beats-many',
  },
  {
    id: 'too-slow',
    when: facts => chanceInTime(facts) < 0.5,
    verdict: 'not-enough-evidence',
    sentence:
      'It may pay, but on the machines at hand a specialist of {size} billion parameters probably takes longer than the {latency} ms that are acceptable.',
    numbers: ({ value }) => ({
      size: value('specialist.parametersBillions'),
      latency: value('traffic.latencyMs'),
    }),
    source: 'queueing model (Erlang C) with the speeds assumed or measured',
  },
  {
    id: 'cost-undecided',
    when: facts => !facts.localNeeded && chance(facts) < believed,
    verdict: 'not-enough-evidence',
    sentence:
      'The numbers are too wide to say whether it pays: a model of your own is cheaper in {chance:percent} of {draws} draws from the ranges, and saves {low:usd} to {high:usd} over {months} months.',
    numbers: facts => ({
      chance: chance(facts),
      draws: facts.economics.draws,
      low: saving(facts).low,
      high: saving(facts).high,
      months: facts.economics.horizonMonths,
    }),
    source: 'cost model',
  },
  {
    id: 'local-latency',
    when: ({ localNeeded }) => localNeeded,
    verdict: 'candidate',
    sentence:
      'Answers within {latency} ms with {concurrency} requests at once want a model nearby, on machines of your own.',
    numbers: ({ value, economics }) => ({
      latency: value('traffic.latencyMs'),
      concurrency: economics.peakConcurrency,
    }),
    source: 'figure local-latency',
  },
  {
    id: 'pays',
    when: () => true,
    verdict: 'candidate',
    sentence:
      'At {calls} calls a day{range} it pays: it is cheaper in {chance:percent} of {draws} draws from the ranges and saves {saving:usd} ({low:usd} to {high:usd}) over {months} months, in today’s money.',
    numbers: facts => ({
      ...callsOf(facts),
      chance: chance(facts),
      draws: facts.economics.draws,
      saving: saving(facts).value,
      low: saving(facts).low,
      high: saving(facts).high,
      months: facts.economics.horizonMonths,
    }),
    source: 'cost model; figure calls-that-pay',
  },
];
