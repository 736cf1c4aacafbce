import { describe, expect, it } from 'vitest';
import { fakeServer, fakeSurroundings, group, request } from './fixtures/fake-server.ts';
import { UpstreamGroup } from './upstream-group.ts';

describe('a server that limits its rate', () => {
  it('waits as long as a server asks, and leaves it alone meanwhile', async () => {
    const { surroundings, pauses } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(429, 'slow down', { 'retry-after': '3' });
    a.answer(200, { ok: true });
    const upstream = group([a.server], surroundings);
    expect((await upstream.send(request)).attempts).toBe(2);
    expect(pauses).toEqual([3_000]);
  });

  it('answers at once with the time to wait where every server rests for long', async () => {
    const { surroundings, pauses } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(429, 'slow down', { 'retry-after': '30' });
    const upstream = group([a.server], surroundings);
    for (let times = 0; times < 3; times += 1) {
      await expect(upstream.send(request)).rejects.toMatchObject({
        code: 'upstream-rate-limited',
        details: { status: 429, retryAfterMs: 30_000 },
      });
    }
    expect(a.bodies).toHaveLength(1);
    expect(pauses).toEqual([]);
    expect(upstream.available()).toBe(false);
  });

  it('is left alone as well where it is overloaded and says for how long', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(503, 'overloaded', { 'retry-after': '45' });
    const upstream = group([a.server], surroundings);
    await expect(upstream.send(request)).rejects.toMatchObject({ code: 'upstream-unavailable' });
    await expect(upstream.send(request)).rejects.toMatchObject({ details: { retryAfterMs: 45_000 } });
    expect(a.bodies).toHaveLength(1);
  });

  it('is waited for a day at most, whatever it says', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(429, 'slow down', { 'retry-after': '9'.repeat(400) });
    const upstream = group([a.server], surroundings);
    await expect(upstream.send(request)).rejects.toMatchObject({ details: { retryAfterMs: 86_400_000 } });
  });

  it('goes on asking a server for the models that it did not limit', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(429, 'slow down', { 'retry-after': '30' });
    a.answer(200, { ok: true });
    const asking = (model: string) =>
      new UpstreamGroup({ targets: [{ server: a.server, model, weight: 1 }], maxRetries: 0, surroundings });
    const [large, small] = [asking('large'), asking('small')];
    await expect(large.send(request)).rejects.toMatchObject({ code: 'upstream-rate-limited' });
    expect([large.available(), small.available(), a.server.ready]).toEqual([false, true, false]);
    expect((await small.send(request)).status).toBe(200);
    expect(a.bodies.map(body => JSON.parse(body).model)).toEqual(['large', 'small']);
  });

  it('says of a server that limits its rate what it called the reason, and nothing else of what it said', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(429, { error: { code: 'insufficient_quota', message: 'account 4711 is empty' } });
    a.answer(429, { error: { code: 'not a code: 4711' } });
    const upstream = group([a.server], surroundings, 0);
    await expect(upstream.send(request)).rejects.toMatchObject({
      code: 'upstream-rate-limited',
      message: 'a is limiting its rate (insufficient_quota)',
    });
    await expect(upstream.send(request)).rejects.toMatchObject({ message: 'a is limiting its rate' });
  });
});
