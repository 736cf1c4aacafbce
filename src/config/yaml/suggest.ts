import { distance } from 'fastest-levenshtein';

/** The candidate that was most likely meant, or null where none is near (a third of the letters may differ). */
export function closest(given: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const steps = distance(given.toLowerCase(), candidate.toLowerCase());
    if (steps < bestDistance) [best, bestDistance] = [candidate, steps];
  }
  if (best === null) return null;
  return bestDistance <= Math.max(1, Math.ceil(Math.max(given.length, best.length) / 3)) ? best : null;
}
