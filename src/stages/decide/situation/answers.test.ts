import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../core/errors/index.ts';
import { quantities, quantityKeys, specOf } from '../answers/quantities/index.ts';
import { merged, situationOf, type Written } from '../fixtures/situations.ts';
import { answersSchema } from '../schema.ts';
import { listPriceOf, monthsSince, plainModelName, priceSource, priceTable } from './price-table.ts';

const problemsOf = (written: Written) =>
  answersSchema
    .safeParse({ task: { kind: 'classify' }, ...written })
    .error?.issues.map(issue => issue.message);

function refused(written: Written, evidence = {}): ConfigError {
  try {
    situationOf(written, evidence);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('everything but the kind of task may be left out, and is then a default with its source', () => {
  const { assumptions } = situationOf({});
  expect(assumptions['traffic.callsPerDay']).toMatchObject({
    origin: 'default',
    range: { low: 100, high: 10_000 },
  });
  for (const { source, origin } of Object.values(assumptions)) {
    expect(source).not.toBe('');
    expect(origin).toBe('default');
  }
});

test('unknown widens an answer to its default', () => {
  const { range, origin } = situationOf({ traffic: { callsPerDay: 'unknown' } }).assumptions[
    'traffic.callsPerDay'
  ];
  expect({ origin, low: range.low, high: range.high }).toEqual({ origin: 'default', low: 100, high: 10_000 });
  expect(
    situationOf({ traffic: { callsPerDay: 700 } }).assumptions['traffic.callsPerDay'].range,
  ).toMatchObject({
    low: 700,
    value: 700,
    high: 700,
  });
});

test('yes and no may be written true and false, and the other way round', () => {
  const written = {
    data: { canLabelMore: true },
    regulation: { dataMayLeave: false, audit: true },
    hardware: { cpu: { available: 'no' }, ownedGpu: { alreadyOwned: 'yes' } },
  } as unknown as Written;
  expect(situationOf(written).answers).toMatchObject({
    data: { canLabelMore: 'yes' },
    regulation: { dataMayLeave: 'no', audit: 'yes' },
    hardware: { cpu: { available: false }, ownedGpu: { available: true, alreadyOwned: true } },
  });
  expect(problemsOf({ hardware: { cpu: { available: 'maybe' } } } as unknown as Written)).toHaveLength(1);
});

test('impossible numbers are refused with the plausible range', () => {
  expect(problemsOf({ traffic: { requestsPerSecond: 1e12 } })).toEqual([
    'is impossible: requests a second, on average lies in 0.0000001 to 100,000 requests/s',
  ]);
  expect(problemsOf({ traffic: { callsPerDay: -5 } })?.[0]).toContain('0.01 to 8,640,000,000 calls/day');
  expect(problemsOf({ incumbent: { price: { input: 0 } } })?.[0]).toContain('0.001 to 1,000');
  expect(problemsOf({ data: { labelAgreement: 1.2 } })?.[0]).toContain('0.01 to 1');
  expect(problemsOf({ traffic: { callsPerDay: Number.NaN } })?.[0]).toContain('impossible');
  expect(problemsOf({ traffic: { callsPerDay: { low: 5, high: -1 } } })?.[0]).toContain('impossible');
  expect(problemsOf({ traffic: { callsPerDay: { low: 5, high: 1 } } })).toEqual(['low is above high']);
  expect(problemsOf({ traffic: { callsPerDay: { low: 5 } } })).toEqual([
    'a range has exactly the keys low and high',
  ]);
  expect(problemsOf({ traffic: { callsPerDay: 'many' } })?.[0]).toContain(
    'must be a number, {low, high} or unknown',
  );
});

describe('every number that cannot be is refused, and the range that can is named:', () => {
  const written = (key: string, value: unknown): Written =>
    key.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as Written;
  const spoken = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
  const refusals = (key: string, value: unknown, more: Written = {}) =>
    problemsOf(merged(merged({ task: { kind: 'classify' } }, written(key, value)), more)) ?? [];

  test.each(quantityKeys)('%s', key => {
    const [lowest, highest] = specOf(key).plausible;
    const range = `lies in ${spoken(lowest)} to ${spoken(highest)} `;
    const above = highest * 1.01;
    const below = lowest - Math.max(Math.abs(lowest), 1) * 0.01;
    for (const value of [above, below, 1e12, Number.NEGATIVE_INFINITY, { low: lowest, high: above }]) {
      const [problem, ...others] = refusals(key, value);
      expect(problem).toContain('is impossible');
      expect(problem).toContain(range);
      expect(others).toEqual([]);
    }
    for (const value of [lowest, highest, { low: lowest, high: highest }, 'unknown'])
      expect(refusals(key, value)).toEqual([]);
  });

  test('10^12 calls a second, a negative volume and a price of 0', () => {
    expect(refusals('traffic.requestsPerSecond', 1e12)[0]).toContain('0.0000001 to 100,000 requests/s');
    expect(refusals('traffic.callsPerDay', -1)[0]).toContain('0.01 to 8,640,000,000 calls/day');
    const prices = quantityKeys.filter(key => specOf(key).money);
    expect(prices.length).toBeGreaterThan(10);
    for (const key of prices) expect(refusals(key, 0)[0], key).toContain('is impossible');
  });

  test('amounts in the currency they are in, whose rate moves the range', () => {
    const yen = { economics: { currency: 'JPY', usdPerUnit: 0.0067 } };
    expect(refusals('economics.hourlyRate', 12_000, yen)).toEqual([]);
    expect(refusals('economics.hourlyRate', 12_000)[0]).toContain('1 to 2,000 USD an hour');
    expect(refusals('economics.hourlyRate', 100, yen)[0]).toContain('149.254 to 298,507 JPY an hour');
    // Without a rate nothing can be said of a large amount; zero is impossible at any.
    const without = { economics: { currency: 'JPY' } };
    expect(refusals('economics.hourlyRate', 12_000, without)).toEqual([]);
    expect(refusals('economics.hourlyRate', 0, without)[0]).toContain('1 to 2,000 USD an hour');
    expect(refusals('economics.hourlyRate', { low: -5, high: 10 }, without)[0]).toContain('is impossible');
  });
});

test('every contradiction names both of its sides, with the place of each', () => {
  const place = (key: string) => `(answers.yaml#${key})`;
  const rest = { documents: 'stepdown.yaml', rows: 'the frozen dataset' };
  const sides: readonly [Written, object, string, string][] = [
    [
      { traffic: { callsPerDay: 1000, requestsPerSecond: 5 } },
      {},
      place('traffic.callsPerDay'),
      place('traffic.requestsPerSecond'),
    ],
    [
      { traffic: { callsPerDay: 50, concurrency: 200 } },
      {},
      place('traffic.concurrency'),
      place('traffic.callsPerDay'),
    ],
    [
      { incumbent: { price: { input: 1, cachedInput: 2 } } },
      {},
      place('incumbent.price.cachedInput'),
      place('incumbent.price.input'),
    ],
    [{}, { taskKind: 'extract' }, place('task.kind'), rest.documents],
    [{ data: { labelledRows: 100 } }, { labelledRows: 5000 }, place('data.labelledRows'), rest.rows],
    [
      { incumbent: { price: { input: 30 } } },
      { largePrice: { input: 2.5, cachedInput: 1.25, output: 10 } },
      place('incumbent.price.input'),
      'large.price.input in stepdown.yaml',
    ],
  ];
  for (const [answers, evidence, one, other] of sides) {
    const { message, code } = refused(answers, evidence);
    expect(code).toBe('answers-contradict');
    expect(message).toContain(one);
    expect(message).toContain(other);
    expect(message).toContain(', but ');
  }
});

test('calls a day and requests a second that disagree are named with both places', () => {
  const error = refused({ traffic: { callsPerDay: 1000, requestsPerSecond: 5 } });
  expect(error.code).toBe('answers-contradict');
  expect(error.message).toContain('traffic.callsPerDay is 1000 (answers.yaml#traffic.callsPerDay)');
  expect(error.message).toContain('traffic.requestsPerSecond is 5 (answers.yaml#traffic.requestsPerSecond)');
  expect(error.message).toContain('432000 a day');
});

test('ranges that overlap do not disagree, and a rate alone is turned into calls a day', () => {
  const both = situationOf({
    traffic: { callsPerDay: { low: 80_000, high: 100_000 }, requestsPerSecond: 1 },
  });
  expect(both.assumptions['traffic.callsPerDay'].range.low).toBe(80_000);
  const rate = situationOf({ traffic: { requestsPerSecond: 2 } }).assumptions['traffic.callsPerDay'];
  expect(rate).toMatchObject({ origin: 'converted', range: { value: 172_800 } });
});

test('further contradictions are refused, all of them at once', () => {
  const { message } = refused(
    {
      traffic: { callsPerDay: 50, concurrency: 200 },
      incumbent: { price: { input: 1, cachedInput: 2, output: 5 } },
      regulation: { dataMayLeave: 'region-only' },
      data: { labelledRows: 100 },
    },
    { taskKind: 'extract', labelledRows: 5000 },
  );
  for (const part of [
    'more requests at once than in a whole day',
    'cached input costs more than input',
    'regulation.region is missing',
    'stepdown.yaml of the workspace says extract',
    'the frozen dataset of the workspace has 5000',
  ])
    expect(message).toContain(part);
  expect(
    refused({
      regulation: { dataMayLeave: 'no' },
      hardware: { cpu: { available: false }, ownedGpu: { available: false } },
    }).message,
  ).toContain('no machine is left');
});

test('a price in stepdown.yaml that differs from the answers is a contradiction', () => {
  const largePrice = { input: 2.5, cachedInput: 1.25, output: 10 };
  expect(refused({ incumbent: { price: { input: 30 } } }, { largePrice }).message).toContain(
    'large.price.input in stepdown.yaml is 2.5',
  );
  expect(situationOf({}, { largePrice }).assumptions['incumbent.price.input']).toMatchObject({
    origin: 'configured',
    range: { value: 2.5 },
  });
});

test('a cloud elsewhere, where data must not leave, is named with both places and does not stop the verdict', () => {
  const { contradictions, largeAllowed } = situationOf({
    regulation: { dataMayLeave: 'no' },
    incumbent: { region: 'us' },
  });
  expect(largeAllowed).toBe(false);
  expect(contradictions).toEqual([
    'Data must not leave your network (answers.yaml#regulation.dataMayLeave), yet the large model runs in a cloud in us (answers.yaml#incumbent.region): it must not see these inputs.',
  ]);
  const stay = { regulation: { dataMayLeave: 'region-only', region: 'eu' } };
  expect(situationOf(merged(stay, { incumbent: { region: 'us' } })).contradictions).toHaveLength(1);
  expect(situationOf(merged(stay, { incumbent: { region: 'eu' } })).contradictions).toEqual([]);
});

test('money in another currency needs its rate, and is turned into dollars', () => {
  const euros = { economics: { currency: 'EUR', hourlyRate: 100 } };
  expect(refused(euros).code).toBe('currency-rate-missing');
  const { assumptions } = situationOf(merged(euros, { economics: { usdPerUnit: 1.1 } }));
  expect(assumptions['economics.hourlyRate'].range.value).toBeCloseTo(110, 10);
  // Defaults are in dollars already.
  expect(assumptions['economics.labelCost'].range.low).toBe(0.05);
});

test('a rented machine is not used where data must not leave', () => {
  expect(situationOf({ regulation: { dataMayLeave: 'no' } }).hardware).toEqual(['cpu', 'ownedGpu']);
});

test('what was measured takes the place of defaults', () => {
  const { assumptions } = situationOf({}, { labelledRows: 626, parametersBillions: 0.135 });
  expect(assumptions['data.labelledRows']).toMatchObject({ origin: 'measured', range: { value: 626 } });
  expect(assumptions['specialist.parametersBillions'].range.value).toBe(0.135);
});

test('every list price has a date, a page and what it rests on, and cached input <= input <= output', () => {
  expect(new Set(priceTable.map(({ model }) => model)).size).toBe(priceTable.length);
  for (const entry of priceTable) {
    const { model, input, cachedInput, output, date, url, basis } = entry;
    expect(model).toBe(plainModelName(model));
    expect(date).toMatch(/^20\d{2}-(0[1-9]|1[0-2])$/);
    expect(monthsSince(date, new Date('2026-11-29')), model).toBeGreaterThanOrEqual(0);
    expect(url).toMatch(/^https:\/\//);
    expect(basis).toBeDefined();
    expect(priceSource(entry).includes('not checked at the source')).toBe(basis !== 'text');
    const inOrder = [0.001, cachedInput, input, output, 200];
    expect(inOrder, model).toEqual(inOrder.toSorted((a, b) => a - b));
  }
  expect(listPriceOf('openai/GPT-4o')?.input).toBe(2.5);
  expect(listPriceOf('claude-haiku-4-5-20251001')?.output).toBe(5);
  expect(listPriceOf('models/gemini-2.5-flash')?.output).toBe(2.5);
  expect(listPriceOf('gpt-9')).toBeNull();
  expect(monthsSince('2024-10', new Date('2026-11-24'))).toBe(25);
});

test('the price that stands in for an unknown one lies within the price table', () => {
  for (const part of ['input', 'cachedInput', 'output'] as const) {
    const { low, high } = quantities[`incumbent.price.${part}`].default;
    const all = priceTable.map(entry => entry[part]);
    expect(low).toBeGreaterThanOrEqual(Math.min(...all));
    expect(high).toBeLessThanOrEqual(Math.max(...all));
  }
});
