/** A pseudo-random number generator: uniform in [0, 1). */
export type RandomSource = () => number;

/**
 * Mulberry32: 32 bits of state, enough to make sampled answers repeatable; not for secrets.
 * @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Index of the highest logit; ties go to the lower index. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  for (let index = 1; index < logits.length; index += 1) if (logits[index]! > logits[best]!) best = index;
  return best;
}

/** Draws an index from softmax(logits / temperature). Temperature 0 gives the highest. */
export function sample(logits: Float32Array, temperature: number, random: RandomSource): number {
  const best = argmax(logits);
  if (temperature <= 0) return best;
  const highest = logits[best]!;
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let index = 0; index < logits.length; index += 1) {
    total += Math.exp((logits[index]! - highest) / temperature);
    weights[index] = total;
  }
  const drawn = random() * total;
  for (let index = 0; index < weights.length; index += 1) if (drawn < weights[index]!) return index;
  return best;
}

/** Logarithm of the sum of exp(logit): subtract it from a logit to get its natural-log probability. */
export function logSumExp(logits: Float32Array): number {
  const highest = logits[argmax(logits)]!;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
}

/** Indices of the highest logits, highest first. */
export function topIndices(logits: Float32Array, count: number): number[] {
  const top: number[] = [];
  for (let index = 0; index < logits.length && count > 0; index += 1) {
    if (top.length === count && logits[index]! <= logits[top.at(-1)!]!) continue;
    let place = top.length;
    while (place > 0 && logits[top[place - 1]!]! < logits[index]!) place -= 1;
    top.splice(place, 0, index);
    if (top.length > count) top.pop();
  }
  return top;
}
