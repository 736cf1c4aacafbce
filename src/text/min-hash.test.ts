import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandKeys, candidateProbability, createMinHash } from './min-hash.ts';
import { jaccard, shinglesOf } from './shingles.ts';

const golden = JSON.parse(
  readFileSync(new URL('./fixtures/jaccard-golden.json', import.meta.url), 'utf8'),
) as { texts: string[]; sizes: number[]; similarities: number[][]; estimates: number[][] };

const agreement = (a: Uint32Array, b: Uint32Array) =>
  a.reduce((sum, value, at) => sum + (value === b[at] ? 1 : 0), 0) / a.length;

describe('shingles', () => {
  const sets = golden.texts.map(shinglesOf);

  it('are as many, and as similar, as sets of Python have them', () => {
    expect(sets.map(set => set.length)).toEqual(golden.sizes);
    golden.similarities.forEach((row, a) => {
      row.forEach((similarity, b) => {
        expect(jaccard(sets[a]!, sets[b]!)).toBeCloseTo(similarity, 12);
      });
    });
  });

  it('do not see case, punctuation and white space', () => {
    expect(shinglesOf('How do I locate, my card?!')).toEqual(shinglesOf('how do i LOCATE my\ncard'));
  });

  it('are none for a text without letters and digits', () => {
    expect(shinglesOf('?! …').length).toBe(0);
    expect(jaccard(shinglesOf('?!'), shinglesOf('…'))).toBe(0);
  });
});

describe('MinHash', () => {
  const hashes = 512;
  const minHash = createMinHash(hashes);
  const numbers = fc.uniqueArray(fc.nat(0xffffffff), { minLength: 1, maxLength: 60 });
  const setOf = (values: readonly number[]) => Uint32Array.from(values).sort();

  it('agrees in as many places as two sets are similar, within five standard errors', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(60), (own, other, shared) => {
        const a = setOf(own);
        const b = setOf([...new Set([...own.slice(0, shared), ...other])]);
        const similarity = jaccard(a, b);
        const error = Math.sqrt((similarity * (1 - similarity)) / hashes);
        const estimate = agreement(minHash.signature(a), minHash.signature(b));
        expect(Math.abs(estimate - similarity)).toBeLessThanOrEqual(5 * error + 2 / hashes);
      }),
      { numRuns: 60 },
    );
  });

  it('estimates texts as datasketch does, within both errors', () => {
    const many = createMinHash(4096);
    const signatures = golden.texts.map(text => many.signature(shinglesOf(text)));
    golden.estimates.forEach((row, a) => {
      row.forEach((estimate, b) => {
        expect(Math.abs(agreement(signatures[a]!, signatures[b]!) - estimate)).toBeLessThan(0.05);
      });
    });
  });

  it('has equal band keys where bands are equal, and other ones where they differ', () => {
    const layout = { bands: 2, rowsPerBand: 2 };
    const first = bandKeys(Uint32Array.of(1, 2, 3, 4), layout);
    const second = bandKeys(Uint32Array.of(1, 2, 3, 5), layout);
    expect(second[0]).toBe(first[0]);
    expect(second[1]).not.toBe(first[1]);
    expect(bandKeys(Uint32Array.of(1, 2, 1, 2), layout)[0]).not.toBe(
      bandKeys(Uint32Array.of(1, 2, 1, 2), layout)[1],
    );
  });

  it('makes candidates with the probability of the S-curve', () => {
    // Mining of Massive Datasets, 3rd ed., figure 3.8: 20 bands of 5.
    const layout = { bands: 20, rowsPerBand: 5 };
    const table = [
      [0.2, 0.006],
      [0.3, 0.047],
      [0.4, 0.186],
      [0.5, 0.47],
      [0.6, 0.802],
      [0.7, 0.975],
      [0.8, 0.9996],
    ] as const;
    for (const [similarity, probability] of table)
      expect(candidateProbability(similarity, layout)).toBeCloseTo(probability, 3);
  });
});
