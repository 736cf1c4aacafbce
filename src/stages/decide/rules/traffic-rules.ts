import type { MeasuredTraffic } from '../traffic/measured-traffic.ts';
import type { WeighingRule } from './rule.ts';

/** From this share on, keeping earlier answers is worth more than any model. */
const manyRepeats = 0.3;
/** Fewer different answers than this in at least so many requests are labels, whoever calls them free text. */
const fewAnswers = { answers: 200, requests: 1000 };

const repeats = (traffic: MeasuredTraffic | null) => traffic?.repeatedShare ?? null;

/** What the traffic itself says for and against. */
export const trafficRules: readonly WeighingRule[] = [
  {
    id: 'requests-repeat',
    when: ({ evidence }) => (repeats(evidence.traffic)?.low ?? 0) >= manyRepeats,
    supports: ['keep-large-model', 'large-model-with-retrieval'],
    opposes: ['own-specialist', 'cascade'],
    weight: 2,
    sentence:
      '{share:percent} of the requests repeat an earlier one word for word ({low:percent} to {high:percent}, n = {n}): keeping the answers is cheaper than any model.',
    numbers: ({ evidence }) => {
      const { value, low, high, n } = repeats(evidence.traffic)!;
      return { share: value, low, high, n };
    },
    source: 'measured traffic',
  },
  {
    id: 'few-different-answers',
    when: ({ evidence: { traffic } }) =>
      traffic !== null &&
      traffic.requests >= fewAnswers.requests &&
      traffic.distinctAnswers !== null &&
      traffic.distinctAnswers <= fewAnswers.answers,
    supports: ['own-specialist', 'cascade'],
    opposes: [],
    weight: 1,
    sentence:
      '{requests} requests got only {answers} different answers: in practice the task has a closed set of them.',
    numbers: ({ evidence }) => ({
      requests: evidence.traffic!.requests,
      answers: evidence.traffic!.distinctAnswers!,
    }),
    source: 'measured traffic',
  },
];
