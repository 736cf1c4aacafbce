import { characterGrams, wordGrams } from './grams.ts';
import type { SparseRows } from './softmax-classifier.ts';

/** Characters of a text that are looked at. */
const maximumCharacters = 4_000;

const triples = characterGrams(3, 3);

/**
 * TF-IDF of words, word pairs and character triples, hashed to 32 bits. Features of one fitted text are left out,
 * and the rarest where there are more than `maximumFeatures`.
 *
 * @see K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009
 */
export class HashedTfidf {
  readonly #indexOf = new Map<number, number>();
  readonly #inverse: Float32Array;

  constructor(texts: readonly string[], maximumFeatures: number) {
    const counts = new Map<number, number>();
    for (const text of texts)
      for (const feature of featuresOf(text).keys()) counts.set(feature, (counts.get(feature) ?? 0) + 1);
    const kept = [...counts].filter(([, count]) => count > 1);
    if (kept.length > maximumFeatures) {
      kept.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      kept.length = maximumFeatures;
    }
    kept.forEach(([feature], index) => {
      this.#indexOf.set(feature, index);
    });
    this.#inverse = Float32Array.from(kept, ([, count]) => Math.log((1 + texts.length) / (1 + count)) + 1);
  }

  get features(): number {
    return this.#inverse.length;
  }

  /** The texts as rows of unit length. */
  rows(texts: readonly string[]): SparseRows {
    const starts = new Uint32Array(texts.length + 1);
    const indices: number[] = [];
    const values: number[] = [];
    texts.forEach((text, row) => {
      const from = indices.length;
      let norm = 0;
      for (const [feature, times] of featuresOf(text)) {
        const index = this.#indexOf.get(feature);
        if (index === undefined) continue;
        const value = (1 + Math.log(times)) * this.#inverse[index]!;
        norm += value * value;
        indices.push(index);
        values.push(value);
      }
      const length = Math.sqrt(norm) || 1;
      for (let at = from; at < values.length; at++) values[at]! /= length;
      starts[row + 1] = indices.length;
    });
    return {
      starts,
      indices: Uint32Array.from(indices),
      values: Float32Array.from(values),
      features: this.features,
    };
  }
}

function featuresOf(text: string): Map<number, number> {
  const cut = text.slice(0, maximumCharacters);
  const features = new Map<number, number>();
  const add = (prefix: number, gram: string) => {
    let hash = prefix;
    for (let at = 0; at < gram.length; at++) hash = Math.imul(hash ^ gram.charCodeAt(at), 0x01000193);
    hash >>>= 0;
    features.set(hash, (features.get(hash) ?? 0) + 1);
  };
  for (const gram of wordGrams(cut)) add(0x811c9dc5, gram);
  for (const gram of triples(cut)) add(0x01234567, gram);
  return features;
}
