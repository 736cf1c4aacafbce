import type { Signals } from '../../../core/cascade.ts';
import type { SecondOpinion } from '../../../core/second-opinion.ts';
import type { TaskKind } from '../../../core/task.ts';
import { quantile } from '../../../stats/quantile.ts';
import { generatedLabelSignals } from './generated-label.ts';
import { type ScoredToken, valueLogprobs } from './value-tokens.ts';

/** What an engine said of its own answer; null where it did not. */
export interface AnswerEvidence {
  /** Probabilities of all labels, summing to 1 (classify, scored). */
  readonly probabilities: readonly number[] | null;
  /** Tokens of the answer in order, with their log-probabilities (generated). */
  readonly tokens: readonly ScoredToken[] | null;
  /** What the model said when asked again; absent where it was not. */
  readonly secondOpinion?: SecondOpinion | undefined;
}

/** Signals by task kind. The first is the one that stands alone where rows are too few to combine several. */
export const signalNames = {
  classify: ['probability', 'margin', 'entropy', 'agreement', 'verified', 'similarity'],
  extract: [
    'valueLogprobMin',
    'valueLogprobMean',
    'valueLogprobQuantile10',
    'agreement',
    'verified',
    'similarity',
  ],
  generate: [
    'logprobQuantile10',
    'logprobMin',
    'logprobQuantile25',
    'logprobQuantile50',
    'agreement',
    'verified',
    'similarity',
  ],
} as const satisfies Record<TaskKind, readonly string[]>;

/**
 * Signals of an answer, the same offline and online.
 *
 * @param similarity to the nearest training input, 0..1; null where it was not computed
 */
export function signalsOf(kind: TaskKind, evidence: AnswerEvidence, similarity: number | null): Signals {
  const others = { ...evidence.secondOpinion, similarity };
  switch (kind) {
    case 'classify':
      return { ...labelSignals(evidence), ...others };
    case 'extract':
      return { ...valueSignals(evidence.tokens), ...others };
    case 'generate':
      return { ...textSignals(evidence.tokens), ...others };
  }
}

/** Of label scores; of a label that was generated, what its tokens say. */
function labelSignals({ probabilities, tokens }: AnswerEvidence): Signals {
  if (probabilities !== null && probabilities.length > 0) {
    const [first = 0, second = 0] = [...probabilities].sort((a, b) => b - a);
    let entropy = 0;
    for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p);
    return { probability: first, margin: first - second, entropy };
  }
  return generatedLabelSignals(tokens ?? []);
}

function valueSignals(tokens: readonly ScoredToken[] | null): Signals {
  const values = valueLogprobs(tokens ?? []);
  if (values.length === 0)
    return { valueLogprobMin: null, valueLogprobMean: null, valueLogprobQuantile10: null };
  return {
    valueLogprobMin: values.reduce((least, value) => Math.min(least, value), 0),
    valueLogprobMean: values.reduce((sum, value) => sum + value, 0) / values.length,
    valueLogprobQuantile10: quantile(values, 0.1),
  };
}

/** Quantiles, not the mean: a long answer has many easy tokens, which would hide the one that went wrong. */
function textSignals(tokens: readonly ScoredToken[] | null): Signals {
  const logprobs = (tokens ?? []).map(({ logprob }) => logprob);
  if (logprobs.length === 0)
    return { logprobQuantile10: null, logprobMin: null, logprobQuantile25: null, logprobQuantile50: null };
  return {
    logprobQuantile10: quantile(logprobs, 0.1),
    logprobMin: quantile(logprobs, 0),
    logprobQuantile25: quantile(logprobs, 0.25),
    logprobQuantile50: quantile(logprobs, 0.5),
  };
}
