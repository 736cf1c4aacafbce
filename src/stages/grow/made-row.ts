import type { FinishReason, TokenLogprob } from '../../core/chat-model.ts';

/** Who answered. */
export interface ModelName {
  readonly model: string;
  /** Host of the address, without path and key. */
  readonly host: string;
}

/** Where a row that a model made comes from; everything that is needed to judge it or to take it back. */
export interface Provenance {
  /** `generated`: input and target are the teacher's; `distilled`: the target is. */
  readonly kind: 'generated' | 'distilled';
  readonly teacher: ModelName;
  /** Hash of the instruction, labels or schema and settings the teacher was asked with. */
  readonly promptHash: string;
  /** When the target was answered, ISO 8601. */
  readonly at: string;
  /** Ids of the train rows shown when the input was written; empty for distilled rows. */
  readonly seeds: readonly string[];
  readonly document: { readonly file: string; readonly page: number | null } | null;
  /** Label the input was asked for; null where none was. */
  readonly intendedLabel: string | null;
  /** Answers asked for the target. */
  readonly samples: number;
  /** See `Agreement`, 0..1; null where one answer was asked. */
  readonly agreement: number | null;
  readonly judge: (ModelName & { readonly reason: string }) | null;
  /** Probability the teacher gave its answer, see `answerProbability`; null where the API gave none. */
  readonly probability: number | null;
  /** Tokens of the answer with their log-probabilities; null where the API gave none. */
  readonly tokens: readonly Pick<TokenLogprob, 'token' | 'logprob' | 'top'>[] | null;
  /** Probabilities that the teacher gave the labels, see `labelProbabilities`; null where they are not known. */
  readonly labelProbabilities: Readonly<Record<string, number>> | null;
  /** US dollars for the target's answers, the judge included; null without a price. */
  readonly costUsd: number | null;
}

/** A row that passed every filter. */
export interface MadeRow {
  readonly input: string;
  readonly target: string;
  readonly provenance: Provenance;
}

/** Why a row was set aside. */
export const setAsideCodes = [
  'teacher-refused',
  'answer-cut-off',
  'answer-unusable',
  'upstream-failed',
  'empty',
  'too-long',
  'duplicate',
  'near-duplicate',
  'in-test-split',
  'near-test-split',
  'no-agreement',
  'not-the-intended-label',
  'judged-wrong',
  'judge-unusable',
  'unsure',
  'row-unreadable',
  'budget-reached',
] as const;
export type SetAsideCode = (typeof setAsideCodes)[number];

/** A row, or a whole request, that gave nothing. */
export interface SetAsideMade {
  readonly code: SetAsideCode;
  readonly reason: string;
  /** Null for a request without inputs, and for inputs like a test row, whose text must not be known. */
  readonly input: string | null;
  readonly target: string | null;
  /** Number of the request (generated) or line of the input (distilled), from 1. */
  readonly from: number;
}

/** What came out. */
export interface Made {
  readonly rows: readonly MadeRow[];
  readonly setAside: readonly SetAsideMade[];
  /** Inputs that the filters saw. */
  readonly inputs: number;
  /** True where the budget ended the work before its end. */
  readonly budgetReached: boolean;
}

/** Whether an input is like one of the test split; the answer is all that is told of that split. */
export type TestLikeness = (input: string) => 'in-test-split' | 'near-test-split' | null;

/** Whether an answer ended by itself. */
export const isWhole = (finishReason: FinishReason): boolean => finishReason === 'stop';
