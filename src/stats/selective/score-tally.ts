/** Right and wrong answers at each distinct score, the lowest first. */
export interface ScoreTally {
  readonly right: Int32Array;
  readonly wrong: Int32Array;
}

/**
 * Sorts scores once, so that any resample of the rows is then counted in a single pass.
 *
 * @returns counts right and wrong among row indices, which may repeat
 * @throws RangeError where lengths differ or a score is not a number
 */
export function createTally(
  scores: ArrayLike<number>,
  correct: ArrayLike<boolean>,
): (rows: ArrayLike<number>) => ScoreTally {
  const n = scores.length;
  if (correct.length !== n)
    throw new RangeError(`needs as many scores as rows, got ${n} and ${correct.length}`);
  const order = Array.from({ length: n }, (_, row) => row);
  if (order.some(row => Number.isNaN(scores[row]))) throw new RangeError('a score must be a number');
  order.sort((a, b) => (scores[a]! < scores[b]! ? -1 : scores[a]! > scores[b]! ? 1 : 0));
  const place = new Int32Array(n);
  let places = 0;
  order.forEach((row, at) => {
    if (at > 0 && scores[row] !== scores[order[at - 1]!]) places++;
    place[row] = places;
  });
  return rows => {
    const right = new Int32Array(places + 1);
    const wrong = new Int32Array(places + 1);
    for (let at = 0; at < rows.length; at++) (correct[rows[at]!] ? right : wrong)[place[rows[at]!]!]!++;
    return { right, wrong };
  };
}

/** All rows, once each. */
export const everyRow = (count: number) => Int32Array.from({ length: count }, (_, row) => row);
