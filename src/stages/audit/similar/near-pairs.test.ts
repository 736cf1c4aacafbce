import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../stats/random/random.ts';
import { jaccard, shinglesOf } from '../../../text/shingles.ts';
import { NearPairs, nearThreshold } from './near-pairs.ts';

const words =
  'card top up failed account transfer pending cash machine refund statement charge abroad currency verify identity phone pin new order week arrived'.split(
    ' ',
  );

function sentences(count: number, length: number): string[] {
  const random = createRandom(5);
  return Array.from({ length: count }, () =>
    Array.from({ length }, () => words[random.below(words.length)]!).join(' '),
  );
}

function found(texts: readonly string[]): Map<string, number> {
  const near = new NearPairs();
  texts.forEach((text, row) => {
    near.add(row, text);
  });
  const pairs = [...near.pairs(row => texts[row]!)].map(
    ({ earlier, later, similarity }) => [`${earlier}-${later}`, similarity] as const,
  );
  expect(new Set(pairs.map(([pair]) => pair)).size).toBe(pairs.length);
  return new Map(pairs);
}

describe('near pairs', () => {
  it('are those of comparing all with all, but for few at the threshold', () => {
    const base = sentences(120, 10);
    const texts = [...base, ...base.map((text, row) => text.replace(/\w+/u, words[row % words.length]!))];
    const sets = texts.map(shinglesOf);
    const expected: string[] = [];
    sets.forEach((a, earlier) => {
      for (let later = earlier + 1; later < sets.length; later++)
        if (jaccard(a, sets[later]!) >= nearThreshold) expected.push(`${earlier}-${later}`);
    });
    const pairs = found(texts);
    expect(expected.length).toBeGreaterThan(60);
    expect([...pairs.keys()].every(pair => expected.includes(pair))).toBe(true);
    expect(pairs.size / expected.length).toBeGreaterThanOrEqual(0.95);
  });

  it('have their true similarity', () => {
    const texts = ['where is my new card that I ordered', 'where is my new card that I order'];
    expect(found(texts).get('0-1')).toBe(jaccard(shinglesOf(texts[0]!), shinglesOf(texts[1]!)));
  });

  it('do not include texts without letters', () => {
    expect(found(['???', '!!!', '']).size).toBe(0);
  });

  it('stay few comparisons where very many rows have one form, and say so', () => {
    const near = new NearPairs();
    const texts = Array.from({ length: 300 }, (_, row) => `please send the card number ${row} to my home`);
    texts.forEach((text, row) => {
      near.add(row, text);
    });
    const pairs = [...near.pairs(row => texts[row]!)];
    expect(pairs.length).toBeLessThanOrEqual(300 * 100);
    expect(near.limitedRows).toBeGreaterThan(0);
    expect(new Set(pairs.map(({ later }) => later)).size).toBeGreaterThan(290);
  });
});
