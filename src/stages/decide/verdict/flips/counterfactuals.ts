import { numberText } from '../../../../core/number-text.ts';
import type { Verdict } from '../../rules/rule.ts';

/** A change of a fact, both values as people write them. */
export interface Change {
  readonly from: string;
  readonly to: string;
  readonly rises: boolean;
}

/** What would have to be so, as the first half of a sentence. */
interface Counterfactual {
  /** How its values are written; a plain number where absent. */
  readonly write?: (value: number) => string;
  readonly clause: (change: Change) => string;
}

const share = (value: number) => `${numberText(value * 100)} %`;
const usd = (value: number) => numberText(value, 'usd');
const milliseconds = (value: number) => `${numberText(value)} ms`;
const count = (value: number) => (value === 0 ? 'none' : numberText(value));

/** Every number whose change is looked for, by its key; `traffic.requestsPerSecond` where the volume was stated so. */
export const numberCounterfactuals = {
  'traffic.callsPerDay': { clause: ({ to, from }) => `If you had ${to} calls a day instead of ${from}` },
  'traffic.requestsPerSecond': {
    clause: ({ to, from }) => `If you had ${to} requests a second instead of ${from}`,
  },
  'data.labelledRows': {
    write: count,
    clause: ({ to, from }) => `If you had ${to} labelled rows instead of ${from}`,
  },
  'data.labelAgreement': {
    write: share,
    clause: ({ to, from }) => `If two people agreed on ${to} of the labels instead of ${from}`,
  },
  'task.outOfScopeShare': {
    write: share,
    clause: ({ to, from }) => `If ${to} of the inputs lay outside the task instead of ${from}`,
  },
  'task.documents': {
    write: count,
    clause: ({ to, from }) => `If the answers stood in ${to} documents instead of ${from}`,
  },
  'traffic.latencyMs': {
    write: milliseconds,
    clause: ({ to, from, rises }) =>
      rises
        ? `If answers could take ${to} instead of ${from}`
        : `If answers had to come within ${to} instead of ${from}`,
  },
  'traffic.inputTokens': { clause: ({ to, from }) => `If a call had ${to} input tokens instead of ${from}` },
  'traffic.outputTokens': { clause: ({ to, from }) => `If an answer had ${to} tokens instead of ${from}` },
  'incumbent.price.input': {
    write: usd,
    clause: ({ to, from }) => `If a million input tokens cost ${to} instead of ${from}`,
  },
  'economics.operationsHoursPerMonth': {
    clause: ({ to, from }) => `If running the specialist took ${to} hours a month instead of ${from}`,
  },
  'economics.setUpHours': {
    clause: ({ to, from }) => `If setting the specialist up took ${to} hours instead of ${from}`,
  },
  'cascade.escalatedShare': {
    write: share,
    clause: ({ to, from }) => `If ${to} of the calls still went to the large model instead of ${from}`,
  },
} as const satisfies Readonly<Record<string, Counterfactual>>;

/** Every word whose change is looked for, by its key and by what it would be. */
export const wordCounterfactuals = {
  'regulation.dataMayLeave': {
    yes: 'If data could leave your network',
    no: 'If data could not leave your network',
  },
  'task.breadth': {
    narrow: 'If the inputs were narrow, all much alike',
    broad: 'If the inputs were broad, few of them alike',
  },
  'task.reasoning': {
    none: 'If the answers needed no reasoning',
    heavy: 'If the answers needed several steps of thought',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What would then follow, as the second half. */
const consequences: Readonly<Record<Verdict, string>> = {
  'keep-large-model': 'you should keep the large model',
  'large-model-with-retrieval': 'the large model with retrieval would be the way to go',
  'own-specialist': 'you should own a specialist',
  cascade: 'a cascade would be the way to go',
  'not-enough-evidence': 'there would not be enough evidence to decide',
};

export type CountedFact = keyof typeof numberCounterfactuals;
export type WordFact = keyof typeof wordCounterfactuals;

/** Says which verdict would follow from another number. */
export function ifNumber(
  key: CountedFact,
  change: { readonly from: number; readonly to: number; readonly isAssumed: boolean },
  verdict: Verdict,
): string {
  const { clause, write = numberText }: Counterfactual = numberCounterfactuals[key];
  const from = `${write(change.from)}${change.isAssumed ? ' (assumed)' : ''}`;
  return `${clause({ from, to: write(change.to), rises: change.to > change.from })}, ${consequences[verdict]}.`;
}

/** Says which verdict would follow from another word. */
export function ifWord<Key extends WordFact>(
  key: Key,
  to: keyof (typeof wordCounterfactuals)[Key],
  verdict: Verdict,
): string {
  return `${String(wordCounterfactuals[key][to])}, ${consequences[verdict]}.`;
}
