import type { TokenLogprob } from './chat-model.ts';
import type { Example } from './example.ts';
import type { SecondOpinion } from './second-opinion.ts';

/** What a system answered for one example. */
export interface Answer {
  readonly exampleId: string;
  readonly text: string;
  /** Probability of the chosen answer where it was scored, 0..1; null otherwise. */
  readonly confidence: number | null;
  /** Probabilities in the order of the task's labels (classify, scored); null otherwise. */
  readonly probabilities: readonly number[] | null;
  /** Tokens of a generated answer; present where they were asked for and the engine gives them. */
  readonly tokens?: readonly (Pick<TokenLogprob, 'token' | 'logprob'> & Partial<Pick<TokenLogprob, 'top'>>)[];
  /** What the model said when asked again about this answer; absent where it was not. */
  readonly secondOpinion?: SecondOpinion;
  readonly latencyMs: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costUsd: number | null;
  /** Set when the system failed on this row; such a row counts as wrong, and is listed. */
  readonly error: string | null;
}

/** An answer that no model gave, so that it has neither tokens nor a price: a floor's, or none because of `error`. */
export function answerWithoutModel(
  exampleId: string,
  text: string,
  latencyMs: number,
  error: string | null = null,
): Answer {
  const nothing = {
    confidence: null,
    probabilities: null,
    promptTokens: 0,
    completionTokens: 0,
    costUsd: null,
  };
  return { exampleId, text, latencyMs, error, ...nothing };
}

/** Scores one example; higher is better. */
export interface Metric {
  readonly name: string;
  /** In one line, for tables and the report. */
  readonly description: string;
  /** Scores are 0 or 1 only: Wilson and McNemar apply. */
  readonly binary: boolean;
  /** 0..1, or null when the row cannot be scored: counted, never averaged. */
  score(example: Example, answer: Answer): number | null;
}
