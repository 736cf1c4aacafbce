import { excerptOf } from '../readers/raw-row.ts';

/**
 * What to say of labels of the task that no row of the train split has: a model can only get them wrong. Null where
 * every label has one.
 */
export function labelsUnlearnt(
  labels: readonly string[],
  train: readonly { readonly target: string }[],
): string | null {
  const learnt = new Set(train.map(({ target }) => target));
  const unlearnt = labels.filter(label => !learnt.has(label));
  if (unlearnt.length === 0) return null;
  const shown = unlearnt.slice(0, 5).map(label => JSON.stringify(excerptOf(label)));
  const more = unlearnt.length > shown.length ? `, and ${unlearnt.length - shown.length} more` : '';
  const count = unlearnt.length === 1 ? '1 label has' : `${unlearnt.length} labels have`;
  return `Warning: ${count} no row in the train split, so no model can learn them: ${shown.join(', ')}${more}. Give rows of them, or another data.split.seed.`;
}
