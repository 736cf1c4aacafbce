import { createRandom } from '../stats/random/random.ts';
import { mixed } from './shingles.ts';

/** Signatures of sets that agree in a place as often as the sets are similar. */
export interface MinHash {
  /** Numbers in a signature. */
  readonly hashes: number;
  /** The least value of each hash function over the set, 32 bits; all ones for the empty set. */
  signature(set: Uint32Array): Uint32Array;
}

/**
 * MinHash: two sets agree in each place of their signatures with a probability equal to their Jaccard similarity.
 *
 * @param hashes numbers in a signature; the standard error of an estimate is at most 0.5 / sqrt(hashes)
 * @see A. Broder, "On the resemblance and containment of documents", SEQUENCES 1997
 * @see J. Leskovec, A. Rajaraman, J. Ullman, "Mining of Massive Datasets", 3rd ed., section 3.3
 */
export function createMinHash(hashes: number, seed = 1): MinHash {
  const random = createRandom(seed);
  const masks = Uint32Array.from({ length: hashes }, () => random.nextUint32());
  const factors = Uint32Array.from({ length: hashes }, () => random.nextUint32() | 1);
  return {
    hashes,
    signature(set) {
      const least = new Uint32Array(hashes).fill(0xffffffff);
      for (const value of set) {
        for (let at = 0; at < hashes; at++) {
          let hash = Math.imul(value ^ masks[at]!, factors[at]!);
          hash = (hash ^ (hash >>> 15)) >>> 0;
          if (hash < least[at]!) least[at] = hash;
        }
      }
      return least;
    },
  };
}

/** Cuts signatures into bands, so that similar sets agree in at least one. */
export interface Bands {
  readonly bands: number;
  readonly rowsPerBand: number;
}

/**
 * One 32-bit key a band of a signature: sets become candidates where they share the key of a band.
 *
 * @see J. Leskovec, A. Rajaraman, J. Ullman, "Mining of Massive Datasets", 3rd ed., section 3.4
 */
export function bandKeys(signature: Uint32Array, { bands, rowsPerBand }: Bands): Uint32Array {
  const keys = new Uint32Array(bands);
  for (let band = 0; band < bands; band++) {
    let key = band + 1;
    for (let row = 0; row < rowsPerBand; row++)
      key = mixed(Math.imul(key, 0x9e3779b1) ^ signature[band * rowsPerBand + row]!);
    keys[band] = key;
  }
  return keys;
}

/** Probability, 0..1, that two sets of a similarity share at least one band. */
export function candidateProbability(similarity: number, { bands, rowsPerBand }: Bands): number {
  return 1 - (1 - similarity ** rowsPerBand) ** bands;
}
