import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';
import { fakeServer, fakeSurroundings, group, request } from './fixtures/fake-server.ts';

describe('a half-open circuit', () => {
  function halfOpen(): CircuitBreaker {
    const breaker = new CircuitBreaker();
    for (let times = 0; times < 5; times += 1) breaker.failed();
    breaker.halfOpen();
    return breaker;
  }

  it('lets five requests through at once, and all once one has succeeded', () => {
    const breaker = halfOpen();
    const ends = Array.from({ length: 5 }, () => breaker.begin());
    expect(breaker.admits).toBe(false);
    ends[0]!();
    expect(breaker.admits).toBe(true);
    breaker.begin();
    expect(breaker.admits).toBe(false);
    breaker.succeeded();
    expect([breaker.admits, breaker.state]).toEqual([true, 'closed']);
  });

  it('counts no request that began before it', () => {
    const breaker = new CircuitBreaker();
    const end = breaker.begin();
    for (let times = 0; times < 5; times += 1) breaker.failed();
    expect(breaker.admits).toBe(false);
    breaker.halfOpen();
    end();
    for (let times = 0; times < 5; times += 1) breaker.begin();
    expect(breaker.admits).toBe(false);
  });
});

it('a server that answers checks and fails requests is checked ever more rarely, until it answers one', async () => {
  const pauses: number[] = [];
  const { surroundings } = fakeSurroundings(1);
  const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
  const a = fakeServer('a', { ...surroundings, sleep }, null);
  const upstream = group([a.server], surroundings, 0);
  a.pool.intercept({ path: '/v1/models', method: 'GET' }).reply(200, {}).persist();
  const fail = async (times: number) => {
    a.answer(500, 'broken', {}, times);
    for (let count = 0; count < times; count += 1) await upstream.send(request).catch(() => {});
    await expect.poll(() => a.server.circuit).toBe('half-open');
  };
  await fail(5);
  await fail(1);
  await fail(1);
  expect(pauses).toEqual([2_000, 4_000, 8_000]);
  a.answer(200, {});
  await upstream.send(request);
  await fail(5);
  expect(pauses.at(-1)).toBe(2_000);
});
