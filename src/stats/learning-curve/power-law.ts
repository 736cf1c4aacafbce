/** score(rows) = asymptote - amplitude * rows^-exponent. */
export interface PowerLaw {
  /** What ever more rows would reach, at most the ceiling. */
  readonly asymptote: number;
  /** At least 0; 0 is a flat curve. */
  readonly amplitude: number;
  readonly exponent: number;
}

/** A score measured with so many training rows. */
export interface CurveSample {
  /** Above 0. */
  readonly rows: number;
  readonly score: number;
  /** Above 0: how much the sample counts, as one over its variance. */
  readonly weight: number;
}

/** Exponents that are looked at: below the first no number of rows would ever end the growth, above the last nothing grows any more. */
export const exponentRange = [0.02, 2] as const;

const gridPoints = 25;
const goldenSteps = 30;
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * Weighted nonlinear least squares of the inverse power law. For a given exponent the law is linear in the other two
 * parameters, so only the exponent is searched (variable projection), and no starting values are needed.
 *
 * @param samples at least two different numbers of rows
 * @param ceiling best score there is; the asymptote does not exceed it
 * @throws RangeError where there are too few samples, or one is outside its range
 * @see C. Cortes et al., "Learning curves: asymptotic values and rate of convergence", NIPS 1993
 * @see J. Hestness et al., "Deep learning scaling is predictable, empirically", 2017
 * @see G. Golub, V. Pereyra, "Separable nonlinear least squares", Inverse Problems 19, 2003
 */
export function fitPowerLaw(samples: readonly CurveSample[], ceiling = 1): PowerLaw {
  const sizes = new Set(samples.map(({ rows }) => rows));
  const valid = samples.every(
    ({ rows, score, weight }) => rows > 0 && Number.isFinite(score) && weight > 0 && Number.isFinite(weight),
  );
  if (sizes.size < 2 || !valid)
    throw new RangeError('a learning curve needs two sizes, finite scores and weights above 0');
  const [first, last] = exponentRange.map(Math.log) as [number, number];
  const step = (last - first) / (gridPoints - 1);
  const at = (logExponent: number) => project(samples, Math.exp(logExponent), ceiling);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let point = 0; point < gridPoints; point++) {
    const { residual } = at(first + point * step);
    // A tie, as with a flat curve, goes to the slower curve.
    if (residual < least * (1 - 1e-12)) [best, least] = [point, residual];
  }
  let low = first + Math.max(0, best - 1) * step;
  let high = first + Math.min(gridPoints - 1, best + 1) * step;
  for (let iteration = 0; iteration < goldenSteps; iteration++) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (at(left).residual <= at(right).residual) high = right;
    else low = left;
  }
  const candidates = [at((low + high) / 2), at(first + best * step)];
  const { law } = candidates.reduce((a, b) => (b.residual < a.residual ? b : a));
  return law;
}

/** Expected score with so many training rows. */
export function scoreAt({ asymptote, amplitude, exponent }: PowerLaw, rows: number): number {
  return asymptote - amplitude * rows ** -exponent;
}

/** Training rows at which the score is reached, at least 1; null where the curve stays below it. */
export function rowsForScore({ asymptote, amplitude, exponent }: PowerLaw, score: number): number | null {
  if (score >= asymptote) return null;
  return Math.max(1, (amplitude / (asymptote - score)) ** (1 / exponent));
}

/** Best asymptote and amplitude for an exponent, within their bounds, with the weighted sum of squared residuals. */
function project(
  samples: readonly CurveSample[],
  exponent: number,
  ceiling: number,
): { readonly law: PowerLaw; readonly residual: number } {
  // Rows are taken as multiples of the largest size, so that the powers stay near 1.
  const scale = Math.max(...samples.map(({ rows }) => rows));
  let [weights, meanX, meanY] = [0, 0, 0];
  const xs = samples.map(({ rows }) => (rows / scale) ** -exponent);
  samples.forEach(({ score, weight }, index) => {
    weights += weight;
    meanX += weight * xs[index]!;
    meanY += weight * score;
  });
  meanX /= weights;
  meanY /= weights;
  let [xx, xy] = [0, 0];
  samples.forEach(({ score, weight }, index) => {
    xx += weight * (xs[index]! - meanX) ** 2;
    xy += weight * (xs[index]! - meanX) * (score - meanY);
  });
  let amplitude = Math.max(0, -xy / xx);
  let asymptote = meanY + amplitude * meanX;
  if (asymptote > ceiling) {
    asymptote = ceiling;
    let [squares, products] = [0, 0];
    samples.forEach(({ score, weight }, index) => {
      squares += weight * xs[index]! ** 2;
      products += weight * xs[index]! * (ceiling - score);
    });
    amplitude = Math.max(0, products / squares);
  }
  let residual = 0;
  samples.forEach(({ score, weight }, index) => {
    residual += weight * (score - asymptote + amplitude * xs[index]!) ** 2;
  });
  return { law: { asymptote, amplitude: amplitude * scale ** exponent, exponent }, residual };
}
