import type { TokenLogprob } from '../../../core/chat-model.ts';
import type { Task } from '../../../core/task.ts';

/**
 * How sure a model was of an answer, 0..1; null where no tokens are known. For a label the probability of the whole
 * text; for longer answers the geometric mean over tokens, as a product would be small for every long text.
 */
export function answerProbability(kind: Task['kind'], tokens: readonly TokenLogprob[]): number | null {
  if (tokens.length === 0) return null;
  const sum = tokens.reduce((total, { logprob }) => total + logprob, 0);
  return Math.exp(kind === 'classify' ? sum : sum / tokens.length);
}
