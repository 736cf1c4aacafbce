/**
 * Solves a small symmetric positive definite system by Cholesky decomposition.
 *
 * @param matrix [n, n]; only its lower triangle is read
 * @returns x with matrix · x = right; null where the matrix is not positive definite
 * @see G. Golub, C. Van Loan, "Matrix Computations", 4th edition, 2013, algorithm 4.2.1
 */
export function solve(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): readonly number[] | null {
  const size = right.length;
  const lower = matrix.map(row => [...row]);
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let sum = lower[row]![column]!;
      for (let at = 0; at < column; at++) sum -= lower[row]![at]! * lower[column]![at]!;
      if (row === column) {
        if (!(sum > 0)) return null;
        lower[row]![column] = Math.sqrt(sum);
      } else lower[row]![column] = sum / lower[column]![column]!;
    }
  }
  const x = [...right];
  for (let row = 0; row < size; row++) {
    for (let at = 0; at < row; at++) x[row]! -= lower[row]![at]! * x[at]!;
    x[row]! /= lower[row]![row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let at = row + 1; at < size; at++) x[row]! -= lower[at]![row]! * x[at]!;
    x[row]! /= lower[row]![row]!;
  }
  return x;
}
