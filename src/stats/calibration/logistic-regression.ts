import { solve } from './solve.ts';

/** Probability of 1 as the logistic function of intercept + weights · features. */
export interface LogisticFit {
  readonly weights: readonly number[];
  readonly intercept: number;
}

const maximumSteps = 100;
const tolerance = 1e-10;

/**
 * Logistic regression by Newton's method with step halving. Minimises
 * `sum of cross-entropies + ridge / 2 · |weights|²`; the intercept is not penalised.
 *
 * @param features [row, feature], finite, every row equally long
 * @param targets 0..1, one a row; fractions count as that much of either outcome
 * @param ridge at least 0; above 0 the result is finite and unique even where the classes can be told apart
 * @throws RangeError where there are no rows or an argument is outside its range
 * @see T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning", 2nd edition, 2009, section 4.4
 */
export function fitLogistic(
  features: readonly (readonly number[])[],
  targets: readonly number[],
  ridge: number,
): LogisticFit {
  const width = features[0]?.length ?? 0;
  if (features.length === 0 || features.length !== targets.length || !(ridge >= 0))
    throw new RangeError(
      `needs as many rows as targets and ridge of at least 0, got ${features.length}, ${ridge}`,
    );
  if (features.some(row => row.length !== width || row.some(value => !Number.isFinite(value))))
    throw new RangeError('every row needs equally many finite features');
  if (targets.some(target => !(target >= 0 && target <= 1)))
    throw new RangeError('a target must lie in 0..1');

  // Last place: the intercept.
  let beta = new Array<number>(width + 1).fill(0);
  let loss = penalisedLoss(features, targets, ridge, beta);
  for (let step = 0; step < maximumSteps; step++) {
    const { gradient, hessian } = derivatives(features, targets, ridge, beta);
    const direction = solve(hessian, gradient);
    if (direction === null) break;
    let length = 1;
    let next = beta;
    let nextLoss = Number.POSITIVE_INFINITY;
    // A full Newton step can overshoot where probabilities are near 0 or 1.
    while (length > 1e-8) {
      next = beta.map((value, at) => value - length * direction[at]!);
      nextLoss = penalisedLoss(features, targets, ridge, next);
      if (nextLoss <= loss) break;
      length /= 2;
    }
    if (!(nextLoss <= loss)) break;
    const moved = Math.max(...next.map((value, at) => Math.abs(value - beta[at]!)));
    beta = next;
    loss = nextLoss;
    if (moved < tolerance) break;
  }
  return { weights: beta.slice(0, width), intercept: beta[width]! };
}

/** Probability of 1 for one row of features, 0..1. */
export function logisticAt(fit: LogisticFit, features: readonly number[]): number {
  return sigmoid(linear(fit, features));
}

/** The log-odds: the same order as the probability, without its rounding near 0 and 1. */
export function linear({ weights, intercept }: LogisticFit, features: readonly number[]): number {
  let sum = intercept;
  for (let at = 0; at < weights.length; at++) sum += weights[at]! * features[at]!;
  return sum;
}

/** 1 / (1 + e^-x), without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

function penalisedLoss(
  features: readonly (readonly number[])[],
  targets: readonly number[],
  ridge: number,
  beta: readonly number[],
): number {
  const width = beta.length - 1;
  let loss = 0;
  features.forEach((row, index) => {
    const odds = scoreOf(row, beta);
    // ln(1 + e^odds) - target · odds, without overflow.
    loss += Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - targets[index]! * odds;
  });
  for (let at = 0; at < width; at++) loss += (ridge / 2) * beta[at]! ** 2;
  return loss;
}

function scoreOf(row: readonly number[], beta: readonly number[]): number {
  let sum = beta[row.length]!;
  for (let at = 0; at < row.length; at++) sum += row[at]! * beta[at]!;
  return sum;
}

function derivatives(
  features: readonly (readonly number[])[],
  targets: readonly number[],
  ridge: number,
  beta: readonly number[],
) {
  const size = beta.length;
  const gradient = beta.map((value, at) => (at < size - 1 ? ridge * value : 0));
  const hessian = beta.map((_, row) => beta.map((__, at) => (row === at && row < size - 1 ? ridge : 0)));
  features.forEach((row, index) => {
    const probability = sigmoid(scoreOf(row, beta));
    const error = probability - targets[index]!;
    const weight = probability * (1 - probability);
    for (let i = 0; i < size; i++) {
      const left = i < row.length ? row[i]! : 1;
      gradient[i]! += error * left;
      for (let j = 0; j <= i; j++) hessian[i]![j]! += weight * left * (j < row.length ? row[j]! : 1);
    }
  });
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) hessian[j]![i] = hessian[i]![j]!;
  return { gradient, hessian };
}
