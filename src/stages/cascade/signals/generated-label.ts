import type { Signals } from '../../../core/cascade.ts';
import type { ScoredToken } from './value-tokens.ts';

/**
 * Signals of a label that was generated token by token, from its tokens and their likeliest alternatives. What they say
 * of other labels is a bound, not their probability: an alternative token begins every text that goes on from it.
 *
 * - `probability` of the label: the product of its tokens'.
 * - `margin`: that, less the probability of the likeliest beginning that leaves the label; null without alternatives.
 * - `entropy`: of the choices along the label, each weighted by the chance of getting there, in nats; what is not among
 *   the alternatives counts as one further choice. Null without alternatives.
 *
 * @param tokens of the answer in order
 */
export function generatedLabelSignals(tokens: readonly ScoredToken[]): Signals {
  if (tokens.length === 0) return { probability: null, margin: null, entropy: null };
  let before = 0;
  let entropy = 0;
  let leaving = 0;
  for (const { token, logprob, top = [] } of tokens) {
    const prefix = Math.exp(before);
    const chosen = Math.exp(logprob);
    const others = top.filter(other => other.token !== token).map(other => Math.exp(other.logprob));
    const rest = 1 - others.reduce((sum, p) => sum + p, chosen);
    entropy += prefix * [chosen, ...others, rest].reduce((sum, p) => sum + informationOf(p), 0);
    leaving = Math.max(leaving, prefix * Math.max(0, ...others));
    before += logprob;
  }
  const probability = Math.exp(before);
  const known = tokens.every(({ top = [] }) => top.length > 0);
  return { probability, margin: known ? probability - leaving : null, entropy: known ? entropy : null };
}

/** A choice's part of the entropy; rounding may put a probability below 0. */
const informationOf = (p: number) => (p > 0 ? -p * Math.log(p) : 0);
