import { describe, expect, it } from 'vitest';
import { HashedTfidf } from './hashed-tfidf.ts';
import { fitSoftmaxClassifier } from './softmax-classifier.ts';

const texts = Array.from({ length: 60 }, (_, row) =>
  row % 3 === 0
    ? `where is my card number ${row}`
    : row % 3 === 1
      ? `the top up failed again ${row}`
      : `please close this account ${row}`,
);
const classes = Int32Array.from(texts, (_, row) => row % 3);

describe('the softmax classifier', () => {
  const vectors = new HashedTfidf(texts, 10_000);
  const matrix = vectors.rows(texts);
  const learnt = texts.map((_, row) => row).filter(row => row < 45);
  const model = fitSoftmaxClassifier(matrix, classes, 3, learnt, 1);

  it('gives probabilities that add up to 1', () => {
    const given = model.probabilities(matrix, 50);
    expect([...given].every(value => value >= 0 && value <= 1)).toBe(true);
    expect(given.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
  });

  it('is sure of rows it has not seen where their words decide', () => {
    for (let row = 45; row < 60; row++)
      expect(model.probabilities(matrix, row)[classes[row]!]).toBeGreaterThan(0.8);
  });

  it('judges rows of another matrix of the same vectors', () => {
    const other = vectors.rows(['my card, where is it']);
    const given = model.probabilities(other, 0);
    expect(given.indexOf(Math.max(...given))).toBe(0);
  });

  it('makes the same model of the same seed', () => {
    const again = fitSoftmaxClassifier(matrix, classes, 3, learnt, 1);
    expect([...again.probabilities(matrix, 50)]).toEqual([...model.probabilities(matrix, 50)]);
  });
});

describe('hashed TF-IDF', () => {
  it('makes rows of unit length, and empty rows of texts it knows nothing of', () => {
    const { starts, values } = new HashedTfidf(texts, 10_000).rows([texts[0]!, '§']);
    const norm = values.slice(starts[0]!, starts[1]!).reduce((sum, value) => sum + value * value, 0);
    expect(norm).toBeCloseTo(1, 5);
    expect(starts[2]).toBe(starts[1]);
  });

  it('keeps no more features than asked', () => {
    expect(new HashedTfidf(texts, 7).features).toBe(7);
  });
});
