import { describe, expect, test } from 'vitest';
import { situationOf } from '../fixtures/situations.ts';
import { CallRate } from './call-rate.ts';
import type { MeasuredTraffic } from './measured-traffic.ts';
import { type LoggedRequest, TrafficTally } from './traffic-tally.ts';

const hourMs = 3_600_000;
const monday = Date.UTC(2026, 10, 2);

function requestAt(hours: number, over: Partial<LoggedRequest> = {}): LoggedRequest {
  return {
    at: monday + hours * hourMs,
    messages: [{ role: 'user', content: `report ${hours}` }],
    answer: 'Leaking',
    model: null,
    agreed: null,
    latencyMs: 400,
    promptTokens: 100,
    completionTokens: 5,
    cachedTokens: 40,
    costUsd: 0.001,
    cascade: null,
    ...over,
  };
}

/** Five whole days with 240 calls each, half of them in one hour; a call before and one after. */
function fiveDays(): CallRate {
  const rate = new CallRate();
  rate.add(monday - 1);
  for (let day = 0; day < 5; day++)
    for (let hour = 0; hour < 24; hour++)
      for (let call = 0; call < (hour === 9 ? 125 : 5); call++)
        rate.add(monday + (day * 24 + hour) * hourMs + call * 1000);
  rate.add(monday + 5 * 24 * hourMs);
  return rate;
}

describe('the rate of calls', () => {
  test('is the mean of whole days, with the interval of their differences', () => {
    expect(fiveDays().callsPerDay()).toEqual({ low: 240, value: 240, high: 240 });
    // 100 and 200 a day in turn over four days: t(0.975, 3) = 3.182446, standard error 28.8675.
    const uneven = new CallRate();
    uneven.add(monday - 1);
    for (const [day, calls] of [100, 200, 100, 200].entries())
      for (let call = 0; call < calls; call++) uneven.add(monday + day * 24 * hourMs + call * 60_000);
    uneven.add(monday + 4 * 24 * hourMs);
    expect(uneven.callsPerDay()!.value).toBe(150);
    expect(uneven.callsPerDay()!.high).toBeCloseTo(150 + 3.182446 * 28.867513, 3);
    expect(uneven.callsPerDay()!.low).toBe(100);
  });

  test('has its peak in the busiest hour over the average hour', () => {
    expect(fiveDays().peakFactor()!.value).toBeCloseTo(125 / 10, 9);
    expect(fiveDays().byHour()![9]).toBeCloseTo(625 / 1202, 9);
  });

  test('is extrapolated from less than three days, within a factor of two, and not from a burst', () => {
    const half = new CallRate();
    for (let minute = 0; minute <= 12 * 60; minute++) half.add(monday + minute * 60_000);
    const { low, value, high } = half.callsPerDay()!;
    expect(value).toBeCloseTo(1442, 0);
    expect([low, high]).toEqual([value / 2, value * 2]);
    expect(half.peakFactor()).toBeNull();
    const burst = new CallRate();
    burst.add(monday);
    burst.add(monday + 60_000);
    expect(burst.callsPerDay()).toBeNull();
  });
});

describe('traffic that was measured', () => {
  const tally = new TrafficTally();
  for (let hour = 0; hour < 200; hour++)
    tally.add(
      requestAt(hour, {
        messages: [{ role: 'user', content: hour % 2 === 0 ? 'the same' : `report ${hour}` }],
        cascade: hour % 10 === 0 ? 'escalated' : hour % 10 === 1 ? 'audited' : 'local',
      }),
    );
  const traffic = tally.measured('log.jsonl');

  test('tells tokens, cost, latency, repetition and what a cascade sent on', () => {
    expect(traffic.inputTokens).toEqual({ low: 100, value: 100, high: 100 });
    expect(traffic.cachedInputShare!.value).toBeCloseTo(0.4, 9);
    expect(traffic.costUsdPer1k!.value).toBeCloseTo(1, 9);
    expect(traffic.latencyMs).toEqual({ p50: 400, p95: 400 });
    expect(traffic.repeatedShare!.value).toBeCloseTo(99 / 200, 9);
    expect(traffic.distinctAnswers).toBe(1);
    expect(traffic.escalatedShare).toMatchObject({ value: 0.1, n: 200 });
    expect(traffic.tokensEstimated).toBe(false);
  });

  test('takes the place of defaults, with its source', () => {
    const { assumptions } = situationOf({}, { traffic });
    expect(assumptions['traffic.inputTokens']).toMatchObject({
      origin: 'measured',
      source: '200 requests in log.jsonl',
      range: { value: 100 },
    });
    expect(assumptions['cascade.escalatedShare'].range.value).toBeCloseTo(0.1, 9);
  });

  test('that contradicts an answer is named with both sources', () => {
    const claim = () => situationOf({ traffic: { inputTokens: 5000 } }, { traffic });
    expect(claim).toThrow(
      /traffic\.inputTokens is 5000 \(answers\.yaml#traffic\.inputTokens\).*log\.jsonl has 100/,
    );
  });

  test('without tokens in the log estimates them from characters, widely', () => {
    const bare = new TrafficTally();
    bare.add(requestAt(0, { promptTokens: null, completionTokens: null, answer: 'x'.repeat(400) }));
    const estimated: MeasuredTraffic = bare.measured('log.jsonl');
    expect(estimated.tokensEstimated).toBe(true);
    expect(estimated.outputTokens).toEqual({ low: 80, value: 100, high: 160 });
  });
});
