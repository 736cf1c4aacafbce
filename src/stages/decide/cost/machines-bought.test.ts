import fc from 'fast-check';
import { expect, test } from 'vitest';
import { situationOf } from '../fixtures/situations.ts';
import { centralPoint, type Point } from '../situation/situation.ts';
import { carriedShare } from './load-curve.ts';
import { keepCost, peakRate, specialistCost } from './options.ts';

const base = centralPoint(situationOf({}));
const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const drawn = fc.record({
  peakFactor: positive(1, 50),
  peakCapacity: positive(0.001, 100),
  escalatedShare: positive(0, 0.9),
  rate: positive(1e-6, 1000),
  inputPrice: positive(0.01, 50),
  concurrency: fc.option(positive(0.1, 500)),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;

function costsOf({ peakFactor, inputPrice, concurrency, peakCapacity, escalatedShare }: Drawn) {
  const point: Point = {
    ...base,
    'traffic.peakFactor': peakFactor,
    'incumbent.price.input': inputPrice,
    ...(concurrency === null ? {} : { 'traffic.concurrency': concurrency }),
  };
  const setting = { hardware: 'cpu', alreadyOwned: false, overflow: true, furtherSetUpHours: 0 } as const;
  return {
    point,
    keep: keepCost(point),
    specialist: specialistCost(point, { ...setting, peakCapacity, escalatedShare }),
  };
}

test('no other number of machines is cheaper, tokens for what they leave included', () => {
  fc.assert(
    fc.property(drawn, given => {
      const { rate, peakCapacity, escalatedShare } = given;
      const { point, keep, specialist } = costsOf(given);
      const peak = peakRate(point, rate);
      const needed = Math.max(1, Math.ceil(peak / peakCapacity));
      fc.pre(needed < 1000);
      const { machines, machinesUsd, tokensUsd } = specialist.monthly(rate);
      const each = machinesUsd / machines;
      const all = keep.monthly(rate).totalUsd;
      for (let count = 1; count <= needed; count++) {
        const carried = carriedShare({ peak: peak / rate }, (count * peakCapacity) / rate);
        const other = count * each + all * (1 - carried * (1 - escalatedShare));
        expect(machinesUsd + tokensUsd).toBeLessThanOrEqual(other * (1 + 1e-9));
      }
    }),
  );
});

test('the saving over the large model rises with the rate', () => {
  fc.assert(
    fc.property(drawn, positive(1, 10), (given, factor) => {
      const { keep, specialist } = costsOf(given);
      const saving = (rate: number) => keep.monthly(rate).totalUsd - specialist.monthly(rate).totalUsd;
      const tolerance = 1e-9 * keep.monthly(given.rate * factor).totalUsd;
      expect(saving(given.rate * factor)).toBeGreaterThanOrEqual(saving(given.rate) - tolerance - 1e-9);
    }),
  );
});
