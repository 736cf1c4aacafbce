import fc from 'fast-check';
import { expect, test } from 'vitest';
import { merged, situationOf } from '../fixtures/situations.ts';
import { centralPoint } from '../situation/situation.ts';
import { breakEven } from './break-even.ts';
import { optionsAt, presentUsd, specialistOn } from './compare.ts';
import { machineBreakEvenRate, machineCapacity, machineUsdPerMillion } from './machine.ts';
import { monthlyPayment, monthlyRate, presentValue } from './money-over-time.ts';
import { keepCost, peakRate, retrievalCost, specialistCost, usdPer1k } from './options.ts';
import { tokenCostUsd } from './token-price.ts';

/** One service, every number stated: the spreadsheet below is worked by hand on it. */
const service = {
  task: { kind: 'classify', outOfScopeShare: 0, documents: 0 },
  data: { labelledRows: 5000, labelAgreement: 1 },
  traffic: {
    callsPerDay: 50_000,
    peakFactor: 4,
    inputTokens: 1000,
    cachedInputShare: 0.2,
    outputTokens: 200,
    latencyMs: 2000,
  },
  incumbent: { price: { input: 2.5, cachedInput: 1.25, output: 10 }, priceChangePerYear: 0 },
  economics: {
    hourlyRate: 100,
    setUpHours: 80,
    operationsHoursPerMonth: 4,
    retrainingHours: 5,
    trainingCost: 20,
    retrainEveryMonths: 6,
    labelCost: 0.5,
    rowsPerRetraining: 200,
    horizonMonths: 36,
    discountRate: 0.08,
    pricePerKwh: 0.25,
  },
  hardware: {
    rentedGpu: { pricePerHour: 2, requestSeconds: 0.5, parallel: 16 },
    ownedGpu: {
      purchasePrice: 6000,
      lifetimeMonths: 48,
      watts: 400,
      hostingPerMonth: 60,
      requestSeconds: 0.5,
      parallel: 16,
    },
    cpu: { pricePerHour: 0.25, requestSeconds: 0.5, parallel: 1 },
  },
  retrieval: { retrievedTokens: 3000, hostingPerMonth: 100, setUpHours: 60, operationsHoursPerMonth: 4 },
  cascade: { escalatedShare: 0.2, setUpHours: 10 },
};
const situation = situationOf(service);
const point = centralPoint(situation);
const rate = 50_000 / 86_400;
const alone = { alreadyOwned: false, escalatedShare: 0, overflow: false, furtherSetUpHours: 0 };
const on = (hardware: 'cpu' | 'rentedGpu' | 'ownedGpu', change = {}) =>
  specialistCost(point, {
    hardware,
    peakCapacity: machineCapacity(point, hardware).requestsPerSecond,
    ...alone,
    ...change,
  });

// 50,000 calls a day are 1,521,875 a month of 30.4375 days; everything below is for 1,000 of them.
test('large model: (800 x 2.50 + 200 x 1.25 + 200 x 10.00) / 1,000,000 dollars a call are $4.25', () => {
  expect(usdPer1k(keepCost(point), rate, 36)).toBeCloseTo(4.25, 8);
  expect(keepCost(point).monthly(rate).totalUsd).toBeCloseTo(6467.97, 2);
});

test('retrieval: 3,000 more input tokens, $100 index, 4 h, and 60 h over 36 months are $12.19', () => {
  // $11.75 of tokens; (100 + 400 + 6,000 / 36) / 1,521.875 = $0.438.
  expect(usdPer1k(retrievalCost(point), rate, 36)).toBeCloseTo(12.18806, 4);
});

test('rented GPU: $1,461.00 + $400.00 + $103.33 + $222.78 a month are $1.44', () => {
  const cost = on('rentedGpu');
  expect(cost.upfrontUsd).toBe(8020);
  expect(cost.monthly(rate)).toMatchObject({ machines: 1, machinesUsd: 1461, peopleUsd: 400, largeShare: 0 });
  expect(cost.monthly(rate).retrainingUsd).toBeCloseTo(103.33, 2);
  expect(usdPer1k(cost, rate, 36)).toBeCloseTo(1.43712, 4);
});

test('own GPU: PMT(8 % a year, 48 months, $6,000), 400 W, $60 hosting', () => {
  expect(monthlyPayment(6000, monthlyRate(0.08), 48)).toBeCloseTo(145.69, 2);
  expect(usdPer1k(on('ownedGpu'), rate, 36)).toBeCloseTo(0.66027, 4);
  const paid = on('ownedGpu', { alreadyOwned: true }).monthly(rate);
  expect(paid.machinesUsd).toBeCloseTo(73.05 + 60, 8);
});

test('CPU: four single servers for a peak of 2.31 requests a second within 2 seconds', () => {
  // M/M/1 with 0.5 s a request: ln(20 rho) / (2 (1 - rho)) = 1.5 s at 0.70 requests a second.
  expect(machineCapacity(point, 'cpu')).toMatchObject({ inTime: true });
  expect(machineCapacity(point, 'cpu').requestsPerSecond).toBeCloseTo(0.701397, 6);
  expect(on('cpu').monthly(rate).machines).toBe(4);
  expect(usdPer1k(on('cpu'), rate, 36)).toBeCloseTo(0.95712, 4);
});

test('cascade: the same on the CPU, with a fifth of the tokens and 10 more hours', () => {
  const cost = on('cpu', { escalatedShare: 0.2, furtherSetUpHours: 10 });
  expect(cost.monthly(rate).tokensUsd).toBeCloseTo(6467.97 / 5, 2);
  expect(usdPer1k(cost, rate, 36)).toBeCloseTo(1.82537, 4);
});

test('missing rows are paid for', () => {
  const few = centralPoint(situationOf(merged(service, { data: { labelledRows: 400 } })));
  expect(specialistCost(few, { hardware: 'cpu', peakCapacity: 1, ...alone }).upfrontUsd).toBe(
    8020 + 600 * 0.5,
  );
});

test('the present value of the saving is the annuity of the monthly saving, less what is paid at once', () => {
  const saving = presentUsd(keepCost(point), point) - presentUsd(on('rentedGpu'), point);
  expect(saving).toBeCloseTo(136_291.48, 2);
  expect(presentValue(100, () => 10, 0, 12)).toBe(220);
  expect(presentValue(0, year => (year + 1) * 10, 0, 24)).toBe(360);
});

// distil labs, "The 10x inference tax you don't have to pay", 2026: a text-to-SQL model of 4 billion parameters on an H100.
test('published case: one H100 at $2.40 an hour', () => {
  expect(machineUsdPerMillion(2.4, 222)).toBeCloseTo(3.003, 3);
  expect(machineUsdPerMillion(2.4, 1)).toBeCloseTo(666.667, 3);
  expect(machineBreakEvenRate(2.4, 378)).toBeCloseTo(1.764, 3);
  expect(machineBreakEvenRate(2.4, 24)).toBeCloseTo(27.778, 3);
});

test('published case again, through the whole model: no people, no training, one machine at full load', () => {
  const bare = centralPoint(
    situationOf(
      merged(service, {
        traffic: { peakFactor: 1, cachedInputShare: 0 },
        economics: { setUpHours: 0.5, hourlyRate: 1, operationsHoursPerMonth: 0.01, trainingCost: 0.0001 },
        hardware: { rentedGpu: { pricePerHour: 2.4 } },
      }),
    ),
  );
  const cost = specialistCost(bare, { hardware: 'rentedGpu', peakCapacity: 222, ...alone });
  expect(cost.monthly(222).machines).toBe(1);
  expect(cost.monthly(222).machinesUsd / (222 * 2.6298)).toBeCloseTo(3.003, 3);
  expect(cost.monthly(1).machinesUsd / 2.6298).toBeCloseTo(666.667, 3);
});

test.each([
  [378, 1.8],
  [24, 28],
])(
  'published case, as a break-even: from a price of $%d a million, one H100 pays at about %d requests a second',
  (usdPerMillion, requestsPerSecond) => {
    const bare = situationOf(
      merged(service, {
        data: { labelledRows: 5000 },
        traffic: {
          peakFactor: 1,
          inputTokens: 1000,
          outputTokens: 1,
          cachedInputShare: 0,
          latencyMs: 60_000,
        },
        incumbent: { price: { input: usdPerMillion / 1000, cachedInput: 0.0001, output: 0.001 } },
        economics: {
          hourlyRate: 1,
          setUpHours: 0.5,
          operationsHoursPerMonth: 0.01,
          retrainingHours: 0.01,
          trainingCost: 0.0001,
          labelCost: 0.0001,
        },
        hardware: {
          cpu: { available: false },
          ownedGpu: { available: false },
          rentedGpu: { pricePerHour: 2.4, requestSeconds: 0.072, parallel: 16 },
        },
      }),
    );
    const found = breakEven(bare, centralPoint(bare), 'own-specialist').requestsPerSecond!;
    expect(Number(found.toPrecision(2))).toBe(requestsPerSecond);
  },
);

test('a machine that idles at night costs the same, so half the use is twice the price of a request', () => {
  for (const hardware of ['cpu', 'rentedGpu', 'ownedGpu'] as const) {
    const cost = specialistCost(point, { ...alone, hardware, peakCapacity: 1000 });
    expect(cost.monthly(rate / 2).machinesUsd).toBe(cost.monthly(rate).machinesUsd);
    const perCall = (at: number) => cost.monthly(at).machinesUsd / at;
    expect(perCall(rate / 2)).toBeCloseTo(2 * perCall(rate), 8);
  }
  // As many calls a day, all in eight hours: as many tokens, and three times the machines.
  const day = { ...point, 'traffic.peakFactor': 3 };
  const even = { ...point, 'traffic.peakFactor': 1 };
  const at = { ...alone, hardware: 'rentedGpu', peakCapacity: 1 } as const;
  expect(specialistCost(even, at).monthly(10)).toMatchObject({ machines: 10, machinesUsd: 14_610 });
  expect(specialistCost(day, at).monthly(10)).toMatchObject({ machines: 30, machinesUsd: 43_830 });
  expect(keepCost(day).monthly(10)).toEqual(keepCost(even).monthly(10));
});

test('cached input costs its own price', () => {
  const price = { input: 4, cachedInput: 1, output: 8 };
  const use = { inputTokens: 1000, cachedInputShare: 1, outputTokens: 0 };
  expect(tokenCostUsd(use, price)).toBeCloseTo(0.001, 12);
  expect(tokenCostUsd({ ...use, cachedInputShare: 0 }, price)).toBeCloseTo(0.004, 12);
});

test('requests in progress at once raise the peak, by Little’s law', () => {
  expect(peakRate({ ...point, 'traffic.concurrency': 100 }, rate)).toBe(50);
  expect(peakRate(point, rate)).toBeCloseTo(rate * 4, 12);
});

test('a goal below the time of one request cannot be met by more machines', () => {
  expect(machineCapacity({ ...point, 'traffic.latencyMs': 400 }, 'cpu')).toEqual({
    requestsPerSecond: 1.6,
    inTime: false,
  });
});

test('speed goes with the inverse of the parameters where nothing was measured', () => {
  const small = { ...point, 'specialist.parametersBillions': 0.8 } as { [key: string]: number };
  delete small['hardware.cpu.requestSeconds'];
  const { 'hardware.cpu.promptTokensPerSecond': prompt, 'hardware.cpu.outputTokensPerSecond': output } =
    point;
  const seconds = 0.1 * (1000 / prompt + 200 / output);
  const capacity = machineCapacity({ ...small, 'traffic.latencyMs': 1 } as unknown as typeof point, 'cpu');
  expect(capacity.requestsPerSecond).toBeCloseTo(0.8 / seconds, 10);
});

test('the break-even rate is where 1,000 requests cost the same, and the date where the money is back', () => {
  const only = situationOf(
    merged(service, { hardware: { cpu: { available: false }, ownedGpu: { available: false } } }),
  );
  const found = breakEven(only, point, 'own-specialist');
  const even = found.requestsPerSecond!;
  const at = { ...point, 'traffic.callsPerDay': even * 86_400 };
  const own = specialistOn(only, at, 'rentedGpu', 'own-specialist');
  expect(usdPer1k(own, even, 36)).toBeCloseTo(usdPer1k(keepCost(at), even, 36), 6);
  // $8,020 against $4,503.63 a month: back in the second month.
  expect(found).toMatchObject({ months: 2, date: '2027-01-24' });
});

test('where no volume pays there is no break-even', () => {
  const cheap = situationOf(
    merged(service, {
      incumbent: { price: { input: 0.001, cachedInput: 0.0001, output: 0.001 } },
      hardware: {
        cpu: { available: false },
        ownedGpu: { available: false },
        rentedGpu: { requestSeconds: 100 },
      },
    }),
  );
  expect(breakEven(cheap, centralPoint(cheap), 'own-specialist')).toEqual({
    requestsPerSecond: null,
    months: null,
    date: null,
  });
});

test('the saving over the large model never falls as the rate rises', () => {
  const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(
      positive(0.001, 100),
      positive(1, 3),
      positive(0.001, 5),
      positive(0.01, 50),
      positive(0, 0.9),
      (slow, factor, seconds, perHour, escalatedShare) => {
        const busy = {
          ...point,
          'hardware.cpu.requestSeconds': seconds,
          'hardware.cpu.pricePerHour': perHour,
        };
        const cost = specialistCost(busy, {
          ...alone,
          hardware: 'cpu',
          peakCapacity: machineCapacity(busy, 'cpu').requestsPerSecond,
          overflow: true,
          escalatedShare,
        });
        const keep = keepCost(busy);
        const saving = (at: number) => keep.monthly(at).totalUsd - cost.monthly(at).totalUsd;
        const [low, high] = [saving(slow), saving(slow * factor)];
        expect(high).toBeGreaterThanOrEqual(low - 1e-6 * Math.abs(low) - 1e-6);
      },
    ),
  );
});

test('of the machines that are fast enough the cheapest is taken, and a slow one only where all are', () => {
  const slowCpu = situationOf(merged(service, { hardware: { cpu: { requestSeconds: 3 } } }));
  const chosen = optionsAt(slowCpu, centralPoint(slowCpu))['own-specialist'];
  expect(chosen).toMatchObject({ hardware: 'ownedGpu', inTime: true });
  const allSlow = situationOf(merged(service, { traffic: { latencyMs: 100 } }));
  expect(optionsAt(allSlow, centralPoint(allSlow))['own-specialist'].inTime).toBe(false);
});
