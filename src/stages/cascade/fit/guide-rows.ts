import type { Example } from '../../../core/example.ts';
import { independentRows, type ScoredRow } from './rows.ts';

/** Guides below which they are not used: fewer place thresholds too roughly. */
export const fewestGuides = 50;
/** Guides asked for at most: more make neither score nor thresholds better. */
export const mostGuides = 400;

/** Independent calibration rows from which a part of them guides, where the validation split has too few rows. */
export const rowsToShare = 800;
const sharedPart = 1 / 5;

/** Rows that guide, and rows that test. */
export interface DividedRows {
  /** The score is fitted on these and the thresholds to try are fixed by them; they test nothing. May be empty. */
  readonly guides: readonly ScoredRow[];
  /** Whose rows the guides are; null without any. */
  readonly guidesFrom: 'validation' | 'calibration' | null;
  readonly tested: readonly ScoredRow[];
}

/**
 * Rows of the validation split that may guide a calibration. Training stopped by these rows, so a specialist looks a
 * little better on them than it is. That can make a score worse, and a threshold that is tried too lax, but no promise
 * wrong: a threshold is tested on calibration rows alone, which took part in neither. Rows of a group that calibration
 * rows belong to are left out, as they would carry something of the tested rows into the score.
 */
export function guideExamples(
  validation: readonly Example[],
  calibration: readonly Example[],
  seed: number,
): Example[] {
  const taken = new Set(calibration.flatMap(({ group }) => (group === null ? [] : [group])));
  const apart = validation.filter(({ group }) => group === null || !taken.has(group));
  return independentRows(apart, seed).slice(0, mostGuides);
}

/**
 * Divides rows so that more of them never promise less: all calibration rows test where the validation split can
 * guide, and where it cannot, a fifth of them guides from {@link rowsToShare} on. With fewer nothing guides.
 *
 * @param rows of the calibration split, independent, in random order
 */
export function divideRows(rows: readonly ScoredRow[], validation: readonly ScoredRow[]): DividedRows {
  if (validation.length >= fewestGuides)
    return { guides: validation, guidesFrom: 'validation', tested: rows };
  if (rows.length < rowsToShare) return { guides: [], guidesFrom: null, tested: rows };
  const shared = Math.min(mostGuides, Math.floor(rows.length * sharedPart));
  return { guides: rows.slice(0, shared), guidesFrom: 'calibration', tested: rows.slice(shared) };
}
