import type { Tfidf } from '../text/tfidf.ts';
import type { Floor } from './floor.ts';

/**
 * Answers with the target of the most similar train row (cosine of TF-IDF vectors); ties go to the earlier row.
 * An inverted index keeps a query to the rows it shares a feature with.
 */
export function fitNearestNeighbour(
  tfidf: Tfidf,
  texts: readonly string[],
  targets: readonly string[],
): Floor {
  const postings: { rows: number[]; values: number[] }[] = [];
  texts.forEach((text, row) => {
    const { indices, values } = tfidf.vector(text);
    indices.forEach((index, at) => {
      const posting = postings[index] ?? { rows: [], values: [] };
      postings[index] = posting;
      posting.rows.push(row);
      posting.values.push(values[at]!);
    });
  });
  return {
    id: 'tfidf-nearest',
    title: 'Answer of the most similar training row (TF-IDF)',
    answer(text) {
      const similarity = new Float64Array(texts.length);
      const { indices, values } = tfidf.vector(text);
      indices.forEach((index, at) => {
        const posting = postings[index];
        posting?.rows.forEach((row, place) => {
          similarity[row]! += values[at]! * posting.values[place]!;
        });
      });
      let best = 0;
      for (let row = 1; row < similarity.length; row++)
        if (similarity[row]! > similarity[best]! + 1e-12) best = row;
      return targets[best] ?? '';
    },
  };
}
