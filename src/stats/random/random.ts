/** A reproducible stream of pseudo-random numbers. Not for secrets. */
export interface Random {
  /** Integer 0..2^32-1. */
  nextUint32(): number;
  /** Integer 0..bound-1, without modulo bias. `bound` is 1..2^32. */
  below(bound: number): number;
  /** Real in [0, 1) with 53 random bits. */
  uniform(): number;
}

const uint64 = (value: bigint) => BigInt.asUintN(64, value);

/** Four words of state from one seed; consecutive seeds give unrelated states. */
function expandSeed(seed: number): [number, number, number, number] {
  let counter = uint64(BigInt(seed));
  const next = () => {
    counter = uint64(counter + 0x9e3779b97f4a7c15n);
    let mixed = counter;
    mixed = uint64((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = uint64((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return mixed ^ (mixed >> 31n);
  };
  const [first, second] = [next(), next()];
  const word = (value: bigint, shift: bigint) => Number((value >> shift) & 0xffffffffn);
  return [word(first, 0n), word(first, 32n), word(second, 0n), word(second, 32n)];
}

/**
 * xoshiro128**, seeded through SplitMix64: the same seed gives the same stream on every machine.
 *
 * @param seed any safe integer
 * @throws RangeError where the seed is not a safe integer
 * @see D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021
 * @see G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a safe integer, got ${seed}`);
  return xoshiro128StarStar(expandSeed(seed));
}

/**
 * The generator from its raw state.
 *
 * @param state four 32-bit words, not all zero
 */
export function xoshiro128StarStar(state: readonly [number, number, number, number]): Random {
  let [a, b, c, d] = state.map(word => word | 0) as [number, number, number, number];
  const nextInt32 = () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return {
    nextUint32: () => nextInt32() >>> 0,
    below(bound) {
      // Integer operations only: as many bits as the bound has, and another draw where they exceed it.
      const mask = 0xffffffff >>> Math.clz32(bound - 1 || 1);
      let drawn = (nextInt32() & mask) >>> 0;
      while (drawn >= bound) drawn = (nextInt32() & mask) >>> 0;
      return drawn;
    },
    uniform() {
      const high = nextInt32() >>> 5;
      const low = nextInt32() >>> 6;
      return (high * 67108864 + low) / 9007199254740992;
    },
  };
}
