import type { TokenLogprob } from '../../../core/chat-model.ts';

/** Labels below this are left out: training on them would cost more than it could teach. */
const least = 0.01;

/**
 * The probabilities that a model gave the labels, from the tokens of its answer and their alternatives. At each token an
 * alternative begins some of the labels; they share its probability equally, as no later token tells them apart. What
 * begins no label, or is not among the alternatives, is left out, and the rest is brought to a sum of 1.
 *
 * @param target the label that was answered
 * @returns by label, above 0 and summing to 1; null where the tokens are more than the label, or say nothing of others
 */
export function labelProbabilities(
  labels: readonly string[],
  target: string,
  tokens: readonly TokenLogprob[],
): Readonly<Record<string, number>> | null {
  if (
    tokens
      .map(({ token }) => token)
      .join('')
      .trim() !== target
  )
    return null;
  const found = new Map<string, number>();
  const add = (label: string, probability: number) => found.set(label, (found.get(label) ?? 0) + probability);
  let said = '';
  let reached = 1;
  for (const { token, logprob, top } of tokens) {
    for (const other of top) {
      if (other.token === token) continue;
      const begun = labelsBegunBy(labels, said + other.token);
      for (const label of begun) add(label, (reached * Math.exp(other.logprob)) / begun.length);
    }
    said += token;
    reached *= Math.exp(logprob);
  }
  add(target, reached);
  if (found.size === 1) return null;
  const kept = normal([...found]).filter(([label, probability]) => label === target || probability >= least);
  return Object.fromEntries(normal(kept));
}

/** Labels that a text begins; none where it is white space, which begins them all. */
function labelsBegunBy(labels: readonly string[], text: string): readonly string[] {
  const begun = text.trimStart();
  return begun === '' ? [] : labels.filter(label => label.startsWith(begun) || label === begun.trimEnd());
}

function normal(found: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  const sum = found.reduce((total, [, probability]) => total + probability, 0);
  return found.map(([label, probability]) => [label, probability / sum]);
}
