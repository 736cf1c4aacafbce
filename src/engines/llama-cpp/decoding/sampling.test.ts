import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argmax, logSumExp, sample, seededRandom, topIndices } from './sampling.ts';

test('draws each token as often as softmax says', () => {
  const logits = Float32Array.from([0.7, 0.2, 0.1], Math.log);
  const random = seededRandom(7);
  const counts = [0, 0, 0];
  for (let draw = 0; draw < 20_000; draw += 1) counts[sample(logits, 1, random)]! += 1;
  expect(counts.map(count => count / 20_000)).toEqual([0.7, 0.2, 0.1].map(share => expect.closeTo(share, 1)));
});

test('repeats itself for the same seed and differs for another', () => {
  const draw = (seed: number) => Array.from({ length: 8 }, seededRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('is greedy at temperature 0 and never draws what is masked', () => {
  const logits = Float32Array.from([1, Number.NEGATIVE_INFINITY, 3]);
  expect(sample(logits, 0, () => 0.999)).toBe(2);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 0.999999, noNaN: true }),
      drawn => sample(logits, 2, () => drawn) !== 1,
    ),
  );
});

test('lists the highest logits in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), fc.nat(9), (values, count) => {
      const logits = Float32Array.from(values);
      const sorted = [...values].sort((a, b) => b - a).slice(0, count);
      expect(topIndices(logits, count).map(index => logits[index])).toEqual(sorted);
      expect(logits[argmax(logits)]).toBe(Math.max(...values));
    }),
  );
});

test('sums exponentials without overflow', () => {
  expect(logSumExp(Float32Array.from([1000, 1000]))).toBeCloseTo(1000 + Math.log(2), 6);
});
