import { expect, test } from 'vitest';
import { numberText } from './number-text.ts';

test.each([
  [17.2846, 'usd', '$17.28'],
  [370.91, 'usd', '$370.91'],
  [1, 'usd', '$1.00'],
  [0.4, 'usd', '$0.40'],
  [0.0023912, 'usd', '$0.00239'],
  [12_069.4, 'usd', '$12,069'],
  [-136.2, 'usd', '−$136.20'],
  [94.87, 'count', '95'],
  [63_245.6, 'count', '63,246'],
  [94.87, undefined, '94.9'],
  [0.25, 'percent', '25 %'],
] as const)('%d as %s is %s', (value, format, said) => {
  expect(numberText(value, format)).toBe(said);
});
