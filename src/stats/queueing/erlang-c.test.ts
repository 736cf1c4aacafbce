import fc from 'fast-check';
import { expect, test } from 'vitest';
import golden from '../fixtures/erlang.json' with { type: 'json' };
import { capacityWithin, erlangC, waitingTimeQuantile } from './erlang-c.ts';

test('gives the share that waits as the defining sum does in exact fractions', () => {
  for (const { servers, load, value } of golden.values) expect(erlangC(servers, load)).toBeCloseTo(value, 12);
});

test('everything waits where the load reaches the servers', () => {
  expect(erlangC(3, 3)).toBe(1);
  expect(erlangC(3, 7)).toBe(1);
  expect(waitingTimeQuantile({ servers: 3, arrivalsPerSecond: 3, serviceSeconds: 1 }, 0.5)).toBe(
    Number.POSITIVE_INFINITY,
  );
});

test('one server has the known waiting time of M/M/1', () => {
  // P(W > t) = rho exp(-(mu - lambda) t): with rho 0.5 and mu 2 the 95th percentile is ln(10) / 1.
  const queue = { servers: 1, arrivalsPerSecond: 1, serviceSeconds: 0.5 };
  expect(waitingTimeQuantile(queue, 0.95)).toBeCloseTo(Math.log(10), 12);
  expect(waitingTimeQuantile(queue, 0.5)).toBe(0);
});

test('capacity of one server is the root of its waiting time', () => {
  // mu = 1, p = 0.95, t = 2: the rate at which ln(20 rho) / (1 - rho) = 2.
  const rate = capacityWithin({ servers: 1, serviceSeconds: 1 }, 2, 0.95);
  expect(Math.log(20 * rate) / (1 - rate)).toBeCloseTo(2, 6);
});

test('no time to wait is no capacity', () => {
  expect(capacityWithin({ servers: 4, serviceSeconds: 1 }, -0.1, 0.95)).toBe(0);
});

test('at its capacity a queue waits as long as it may, and more servers or time serve more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      (servers, serviceSeconds, wait) => {
        const capacity = capacityWithin({ servers, serviceSeconds }, wait, 0.95);
        expect(capacity).toBeGreaterThan(0);
        expect(capacity).toBeLessThan(servers / serviceSeconds);
        const waited = waitingTimeQuantile({ servers, serviceSeconds, arrivalsPerSecond: capacity }, 0.95);
        expect(waited).toBeLessThanOrEqual(wait);
        expect(capacityWithin({ servers: servers + 1, serviceSeconds }, wait, 0.95)).toBeGreaterThan(
          capacity,
        );
        expect(capacityWithin({ servers, serviceSeconds }, wait * 2, 0.95)).toBeGreaterThanOrEqual(capacity);
      },
    ),
  );
});

test('refuses what is no queue', () => {
  expect(() => erlangC(0, 1)).toThrow(RangeError);
  expect(() => erlangC(1.5, 1)).toThrow(RangeError);
  expect(() => erlangC(1, -1)).toThrow(RangeError);
  expect(() => waitingTimeQuantile({ servers: 1, arrivalsPerSecond: 0.1, serviceSeconds: 1 }, 1)).toThrow(
    RangeError,
  );
});
