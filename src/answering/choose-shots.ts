import type { Example } from '../core/example.ts';
import { sha256 } from '../core/hash.ts';

/**
 * Picks solved examples to show an untuned model: for a closed label set one of each label in turn, the most
 * frequent label first; in an order that depends on the seed and the ids alone.
 *
 * @param train examples of the train split only
 * @param spreadLabels take targets in turn (classify) instead of any rows
 */
export function chooseShots(
  train: readonly Example[],
  count: number,
  seed: number,
  spreadLabels: boolean,
): Example[] {
  const ranked = train
    .map(example => ({ example, rank: sha256(`${seed}:${example.id}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ example }) => example);
  if (!spreadLabels) return ranked.slice(0, count);
  const piles = [...byTarget(ranked).values()].sort((a, b) => b.length - a.length);
  const chosen: Example[] = [];
  for (let turn = 0; chosen.length < Math.min(count, ranked.length); turn++)
    for (const pile of piles) {
      const next = pile[turn];
      if (next && chosen.length < count) chosen.push(next);
    }
  return chosen;
}

function byTarget(examples: readonly Example[]): Map<string, Example[]> {
  const piles = new Map<string, Example[]>();
  for (const example of examples) {
    const pile = piles.get(example.target);
    if (pile) pile.push(example);
    else piles.set(example.target, [example]);
  }
  return piles;
}
