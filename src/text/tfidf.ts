import { type Analyser, characterGrams, wordGrams } from './grams.ts';

/** A row of a sparse matrix: values at feature indices, each index at most once. */
export interface SparseVector {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** Text features fitted on the train split. */
export interface Tfidf {
  readonly features: number;
  vector(text: string): SparseVector;
}

/**
 * TF-IDF of word 1–2-grams and of character 2–5-grams, side by side, each part of unit length. Inverse document
 * frequency is ln((1 + rows) / (1 + rows with the feature)) + 1.
 *
 * @param texts the train split
 * @see scikit-learn, TfidfVectorizer with its defaults, for analyzer "word" and "char"
 * @see G. Salton, C. Buckley, "Term-weighting approaches in automatic text retrieval", 1988
 */
export function fitTfidf(texts: readonly string[]): Tfidf {
  const words = fitPart(texts, wordGrams, 0);
  const characters = fitPart(texts, characterGrams(2, 5), words.features);
  return {
    features: words.features + characters.features,
    vector(text) {
      const parts = [...words.entries(text), ...characters.entries(text)];
      return {
        indices: Int32Array.from(parts, ([index]) => index),
        values: Float64Array.from(parts, ([, value]) => value),
      };
    },
  };
}

function fitPart(texts: readonly string[], analyse: Analyser, offset: number) {
  const indexOf = new Map<string, number>();
  const documents: number[] = [];
  for (const text of texts)
    for (const gram of new Set(analyse(text))) {
      const index = indexOf.get(gram);
      if (index === undefined) {
        indexOf.set(gram, documents.length);
        documents.push(1);
      } else documents[index]!++;
    }
  const inverse = Float64Array.from(documents, count => Math.log((1 + texts.length) / (1 + count)) + 1);
  return {
    features: documents.length,
    entries(text: string): [number, number][] {
      const weights = new Map<number, number>();
      for (const gram of analyse(text)) {
        const index = indexOf.get(gram);
        if (index !== undefined) weights.set(index, (weights.get(index) ?? 0) + inverse[index]!);
      }
      const norm = Math.sqrt([...weights.values()].reduce((sum, weight) => sum + weight * weight, 0));
      return [...weights].map(([index, weight]) => [index + offset, weight / norm]);
    },
  };
}
