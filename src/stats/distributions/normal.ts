const inverseRootTwoPi = 0.3989422804014327;

/**
 * Standard normal distribution function.
 *
 * @param x any real
 * @returns P(Z <= x), 0..1, with full relative accuracy in the lower tail
 * @see M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 26.2.11 (series) and 26.2.14 (continued fraction)
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const size = Math.abs(x);
  if (size > 39) return x < 0 ? 0 : 1;
  const density = inverseRootTwoPi * Math.exp((-x * x) / 2);
  if (size < 3) {
    let term = x;
    let sum = x;
    for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  // From far out inwards: the convergents at 3 agree to double precision well before 150 levels.
  let fraction = size;
  for (let level = 150; level >= 1; level--) fraction = size + level / fraction;
  const tail = density / fraction;
  return x < 0 ? tail : 1 - tail;
}

const polynomial = (coefficients: readonly number[], x: number) =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const central = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
const middle = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};
const far = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};

/**
 * Standard normal quantile.
 *
 * @param p 0..1
 * @returns the z with P(Z <= z) = p; minus or plus infinity at 0 and 1
 * @throws RangeError where p is outside 0..1
 * @see M. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37(3), 1988
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability must lie in 0..1, got ${p}`);
  const offset = p - 0.5;
  if (Math.abs(offset) <= 0.425) {
    const r = 0.180625 - offset * offset;
    return (offset * polynomial(central.numerator, r)) / polynomial(central.denominator, r);
  }
  const tail = offset < 0 ? p : 1 - p;
  const sign = offset < 0 ? -1 : 1;
  if (tail === 0) return sign * Number.POSITIVE_INFINITY;
  const root = Math.sqrt(-Math.log(tail));
  const [part, r] = root <= 5 ? [middle, root - 1.6] : [far, root - 5];
  return (sign * polynomial(part.numerator, r)) / polynomial(part.denominator, r);
}

/**
 * Two-sided critical value: the z between whose negative and positive lies `confidence` of the standard normal.
 *
 * @param confidence strictly between 0 and 1, e.g. 0.95 gives 1.96
 * @throws RangeError where confidence is not strictly between 0 and 1
 */
export function criticalValue(confidence: number): number {
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence must lie strictly between 0 and 1, got ${confidence}`);
  return normalQuantile((1 + confidence) / 2);
}
