import type { Floor } from './floor.ts';

/** Always answers the most frequent target of the train split; ties go to the earlier one. */
export function fitMajority(targets: readonly string[]): Floor {
  const counts = new Map<string, number>();
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  let best = '';
  let most = 0;
  for (const [target, count] of counts)
    if (count > most) {
      best = target;
      most = count;
    }
  return { id: 'majority', title: 'Always the most frequent answer', answer: () => best };
}
