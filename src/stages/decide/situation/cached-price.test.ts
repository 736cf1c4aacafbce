import { describe, expect, test } from 'vitest';
import { merged, situationOf, type Written } from '../fixtures/situations.ts';

const cachedWith = (incumbent: Written, more: Written = {}) =>
  situationOf(merged({ incumbent }, more)).assumptions['incumbent.price.cachedInput'];

describe('where the price of input is stated and that of cached input is not', () => {
  test('it is a tenth to all of it', () => {
    expect(cachedWith({ price: { input: 30, output: 60 } })).toMatchObject({
      range: { low: 3, high: 30 },
      origin: 'default',
      source: expect.stringContaining('answers.yaml#incumbent.price.input'),
    });
  });

  test('it keeps the proportion of the list, so that a discount counts for both', () => {
    expect(cachedWith({ model: 'gpt-4o', price: { input: 0.8, output: 3 } })).toMatchObject({
      range: { low: 0.4, value: 0.4, high: 0.4 },
      origin: 'price-table',
      source: expect.stringContaining('in proportion to the price of input'),
    });
  });

  test('it is in the currency of the answers', () => {
    const euros = { economics: { currency: 'EUR', usdPerUnit: 1.1 } };
    const { range } = cachedWith({ price: { input: { low: 1, high: 2 }, output: 4 } }, euros);
    expect(range.low).toBeCloseTo(0.11, 12);
    expect(range.high).toBeCloseTo(2.2, 12);
  });
});

test('what is stated, listed or assumed with the price of input stays as it is', () => {
  expect(cachedWith({ price: { input: 30, cachedInput: 1, output: 60 } }).range.value).toBe(1);
  expect(cachedWith({ model: 'gpt-4o' })).toMatchObject({ range: { value: 1.25 }, origin: 'price-table' });
  expect(cachedWith({})).toMatchObject({ range: { low: 0.01, high: 0.5 }, origin: 'default' });
});
