import type { Random } from './random.ts';

/**
 * Puts items into random order, in place; every order is equally likely.
 * @returns the same array
 * @see R. Durstenfeld, "Algorithm 235: Random permutation", Communications of the ACM 7, 1964
 */
export function shuffle<Item>(items: Item[], random: Pick<Random, 'below'>): Item[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [items[at], items[other]] = [items[other]!, items[at]!];
  }
  return items;
}
