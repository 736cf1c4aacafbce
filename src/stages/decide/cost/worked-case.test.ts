import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { merged, situationOf, type Written } from '../fixtures/situations.ts';
import { centralPoint } from '../situation/situation.ts';
import { type OptionId, optionsAt, presentUsd, specialistOn } from './compare.ts';
import { carriedShare } from './load-curve.ts';
import { machineCapacity } from './machine.ts';
import { monthlyPayment, monthlyRate, presentValue } from './money-over-time.ts';
import { type OptionCost, peakRate, requestsPerSecondOf, usdPer1k } from './options.ts';
import { hoursPerMonth, secondsPerMonth } from './time.ts';

/**
 * A spreadsheet that was worked by hand and apart from the code: what is given, then every line with its working. A
 * working is a formula of numbers alone, so that any spreadsheet that opens the file works it again.
 */
const sheet = readFileSync(new URL('fixtures/worked-case.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map(line => line.split(',', 4) as [part: string, line: string, working: string, amount: string]);
const linesOf = (part: string) => sheet.filter(row => row[0] === part);
const amountOf = (part: string, line: string) => Number(linesOf(part).find(row => row[1] === line)![3]);

const given = linesOf('given').reduce<Written>((written, [, key, , amount]) => {
  const nested = key.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), Number(amount));
  return merged(written, nested as Written);
}, {});
const situation = situationOf(merged({ task: { kind: 'classify' } }, given));
const point = centralPoint(situation);
const rate = requestsPerSecondOf(point);

test('the sheet states every number that the costs rest on', () => {
  const assumed = Object.values(situation.assumptions).filter(({ origin }) => origin === 'default');
  // Speeds do not count where the seconds of a request are given, and nothing here asks for the other three.
  const idle = /TokensPerSecond$|^(traffic\.growthPerYear|task\.documents|specialist\.parametersBillions)$/;
  expect(assumed.map(({ key }) => key).filter(key => !idle.test(key))).toEqual([]);
});

test('months, interest, annuity, peak and capacity are those of the sheet', () => {
  const interest = monthlyRate(0.08);
  const { requestsPerSecond: capacity } = machineCapacity(point, 'cpu');
  for (const [line, value, digits] of [
    ['hours a month', hoursPerMonth, 6],
    ['calls a month', rate * secondsPerMonth, 4],
    ['interest a month', interest, 11],
    ['annuity of 36 months', presentValue(0, () => 1, interest, 36), 8],
    ['PMT of the server', monthlyPayment(6000, interest, 48), 2],
    ['peak', peakRate(point, rate), 5],
    ['capacity of the CPU', capacity, 5],
    ['three CPUs in means', (3 * capacity) / rate, 5],
    ['time below three CPUs', ((3 * capacity) / rate / 4) ** (1 / 3), 6],
    ['what three CPUs leave', 1 - carriedShare({ peak: 4 }, (3 * capacity) / rate), 6],
  ] as const)
    expect(value, line).toBeCloseTo(amountOf('common', line), digits);
  expect(linesOf('common')).toHaveLength(10);
});

/** An option as the sheet names it: alone, or on a kind of machine. */
function costOf(part: string): OptionCost {
  const [option, hardware] = part.split(' on ') as [OptionId, 'cpu' | 'rentedGpu' | 'ownedGpu' | undefined];
  if (hardware === undefined) return optionsAt(situation, point)[option].cost;
  return specialistOn(situation, point, hardware, option as 'own-specialist' | 'cascade');
}

function worked(part: string): Record<string, number> {
  const cost = costOf(part);
  const month = cost.monthly(rate);
  return {
    tokens: month.tokensUsd,
    machines: month.machinesUsd,
    people: month.peopleUsd,
    retraining: month.retrainingUsd,
    'month in all': month.totalUsd,
    'paid at once': cost.upfrontUsd,
    '1000 requests': usdPer1k(cost, rate, 36),
    "36 months in today's money": presentUsd(cost, point),
  };
}

describe('to the cent, as worked by hand:', () => {
  test.each([
    'keep-large-model',
    'large-model-with-retrieval',
    'own-specialist on ownedGpu',
    'own-specialist on rentedGpu',
    'own-specialist on cpu',
    'cascade on ownedGpu',
  ])('%s', part => {
    const lines = linesOf(part);
    const computed = worked(part);
    for (const [, line, , amount] of lines) expect(computed[line]!.toFixed(2), line).toBe(amount);
    // What the sheet does not have costs nothing.
    const named = new Set(lines.map(row => row[1]));
    expect(named).toContain('1000 requests');
    for (const [line, usd] of Object.entries(computed)) if (!named.has(line)) expect(usd, line).toBe(0);
  });

  test('and the machines that the sheet puts a specialist and a cascade on are the cheapest', () => {
    const chosen = optionsAt(situation, point);
    expect(chosen['own-specialist']).toMatchObject({ hardware: 'ownedGpu', inTime: true });
    expect(chosen.cascade).toMatchObject({ hardware: 'ownedGpu', inTime: true });
  });
});
