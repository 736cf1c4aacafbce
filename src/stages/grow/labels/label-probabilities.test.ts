import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenLogprob } from '../../../core/chat-model.ts';
import { labelProbabilities } from './label-probabilities.ts';

const token = (text: string, probability: number, others: Record<string, number> = {}): TokenLogprob => ({
  token: text,
  tokenId: null,
  logprob: Math.log(probability),
  top: Object.entries({ [text]: probability, ...others }).map(([other, p]) => ({
    token: other,
    logprob: Math.log(p),
  })),
});
const rounded = (found: Readonly<Record<string, number>> | null) =>
  found && Object.fromEntries(Object.entries(found).map(([label, p]) => [label, Number(p.toFixed(4))]));

describe('the probabilities of labels', () => {
  it('come from the alternatives of the token where labels part', () => {
    const found = labelProbabilities(['Leak', 'Noise', 'Other'], 'Leak', [
      token('Leak', 0.6, { Noise: 0.3, ' Other': 0.1 }),
    ]);
    expect(rounded(found)).toEqual({ Leak: 0.6, Noise: 0.3, Other: 0.1 });
  });

  it('multiply along the answer: an alternative counts by what led to it', () => {
    const found = labelProbabilities(['Leak inside', 'Leak outside', 'Noise'], 'Leak inside', [
      token('Leak', 0.8, { No: 0.2 }),
      token(' in', 0.75, { ' out': 0.25 }),
      token('side', 1),
    ]);
    expect(rounded(found)).toEqual({ 'Leak inside': 0.6, 'Leak outside': 0.2, Noise: 0.2 });
  });

  it('share an alternative that begins several labels equally', () => {
    const found = labelProbabilities(['Leak inside', 'Leak outside', 'Noise'], 'Noise', [
      token('Noise', 0.6, { Leak: 0.4 }),
    ]);
    expect(rounded(found)).toEqual({ Noise: 0.6, 'Leak inside': 0.2, 'Leak outside': 0.2 });
  });

  it('leave out what is no label, and what is hardly probable, and sum to 1', () => {
    const found = labelProbabilities(['Leak', 'Noise', 'Other'], 'Leak', [
      token('Leak', 0.5, { Noise: 0.25, leak: 0.2, '\n': 0.04, Other: 0.005 }),
    ]);
    expect(rounded(found)).toEqual({ Leak: 0.6667, Noise: 0.3333 });
  });

  it('are not known where the answer is more than a label, or its tokens have no alternatives', () => {
    expect(labelProbabilities(['Leak'], 'Leak', [token('"', 1), token('Leak', 1), token('"', 1)])).toBeNull();
    expect(labelProbabilities(['Leak', 'Noise'], 'Leak', [token('Leak', 0.7)])).toBeNull();
  });

  it('sum to 1 and give the answered label its part, whatever the alternatives are', () => {
    const labels = ['a', 'ab', 'abc', 'b', 'bc'];
    const part = fc.constantFrom('a', 'b', 'c', 'ab', ' ', 'x');
    const top = fc.array(fc.tuple(part, fc.double({ min: 0.001, max: 1, noNaN: true })), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.constantFrom(...labels),
        fc.array(top, { minLength: 3, maxLength: 3 }),
        (label, tops) => {
          const tokens = [...label].map((letter, at) => token(letter, 0.5, Object.fromEntries(tops[at]!)));
          const found = labelProbabilities(labels, label, tokens);
          if (found === null) return;
          expect(found[label]).toBeGreaterThan(0);
          expect(Object.values(found).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
          expect(Object.keys(found).every(name => labels.includes(name))).toBe(true);
        },
      ),
    );
  });
});
