import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../openai-compatible/retry.ts';
import { fakeServer, fakeSurroundings, group, read, request } from './fixtures/fake-server.ts';
import { UpstreamGroup } from './upstream-group.ts';

describe('upstreams behind one name', () => {
  it('passes the answer of a server on, with its name', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(200, { ok: true });
    const response = await group([a.server], surroundings).send(request);
    expect({ servedBy: response.servedBy, attempts: response.attempts, status: response.status }).toEqual({
      servedBy: 'a',
      attempts: 1,
      status: 200,
    });
    expect(await read(response.body)).toBe('{"ok":true}');
  });

  it('repeats a server error after a jittered pause, and not more often than allowed', async () => {
    const { surroundings, pauses } = fakeSurroundings(0.5);
    const a = fakeServer('a', surroundings);
    a.answer(503, 'busy', {}, 3);
    await expect(group([a.server], surroundings).send(request)).rejects.toMatchObject({
      code: 'upstream-unavailable',
    });
    expect(a.bodies).toHaveLength(3);
    expect(pauses).toEqual([125, 250]);
  });

  it('goes to another server at once', async () => {
    const { surroundings, pauses } = fakeSurroundings(0);
    const a = fakeServer('a', surroundings);
    const b = fakeServer('b', surroundings);
    a.answer(500, 'broken');
    b.answer(200, { ok: true });
    const response = await group([a.server, b.server], surroundings).send(request);
    expect(response.servedBy).toBe('b');
    expect(response.attempts).toBe(2);
    expect(pauses).toEqual([]);
  });

  it('never repeats a request that the server understood and refused', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(400, { error: { message: 'bad temperature sk-upstream-secret', param: 'temperature' } });
    await expect(group([a.server], surroundings).send(request)).rejects.toMatchObject({
      code: 'upstream-rejected',
      message: 'bad temperature [secret]',
      details: { status: 400, rejection: { param: 'temperature' } },
    });
    expect(a.bodies).toHaveLength(1);
  });

  it('never follows a redirect', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(302, '', { location: 'http://169.254.169.254/latest/meta-data' });
    await expect(group([a.server], surroundings).send(request)).rejects.toMatchObject({
      code: 'upstream-redirected',
    });
  });

  it('says nothing of what a server said about the gateway’s own key', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(401, { error: { message: 'Incorrect API key provided: sk-upst***cret' } });
    const failure = await group([a.server], surroundings).send(request).catch(String);
    expect(failure).not.toContain('sk-up');
  });

  it('opens the circuit after five failures in a row and closes it once the server answers', async () => {
    const checks: (() => void)[] = [];
    const states: string[] = [];
    const { surroundings } = fakeSurroundings();
    const a = fakeServer(
      'a',
      { ...surroundings, sleep: () => new Promise(resolve => checks.push(resolve)) },
      null,
      state => states.push(state),
    );
    const upstream = group([a.server], surroundings, 0);
    a.answer(500, 'broken', {}, 5);
    for (let times = 0; times < 5; times += 1) await upstream.send(request).catch(() => {});
    expect(upstream.available()).toBe(false);
    await expect(upstream.send(request)).rejects.toMatchObject({
      code: 'upstream-unavailable',
      details: { status: 503 },
    });
    expect(a.bodies).toHaveLength(5);

    a.pool.intercept({ path: '/v1/models', method: 'GET' }).reply(503, 'still broken');
    checks.shift()!();
    await expect.poll(() => checks.length).toBe(1);
    expect(upstream.available()).toBe(false);
    a.pool.intercept({ path: '/v1/models', method: 'GET' }).reply(404, 'no such route');
    checks.shift()!();
    await expect.poll(() => upstream.available()).toBe(true);

    // It has still to show that it works: one failure is enough now.
    a.answer(500, 'broken');
    await upstream.send(request).catch(() => {});
    expect(upstream.available()).toBe(false);
    a.pool.intercept({ path: '/v1/models', method: 'GET' }).reply(200, {});
    await expect.poll(() => checks.length).toBe(1);
    checks.shift()!();
    await expect.poll(() => upstream.available()).toBe(true);
    a.answer(200, {}, {}, 2);
    await upstream.send(request);
    await upstream.send(request);
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
    expect(a.server.circuit).toBe('closed');
  });

  it('shares requests out by weight', async () => {
    for (const [random, name] of [
      [0, 'a'],
      [0.74, 'a'],
      [0.76, 'b'],
      [0.999, 'b'],
    ] as const) {
      const { surroundings } = fakeSurroundings(random);
      const a = fakeServer('a', surroundings);
      const b = fakeServer('b', surroundings);
      a.answer(200, {});
      b.answer(200, {});
      const upstream = new UpstreamGroup({
        targets: [
          { server: a.server, model: null, weight: 3 },
          { server: b.server, model: null, weight: 1 },
        ],
        maxRetries: 0,
        surroundings,
      });
      expect((await upstream.send(request)).servedBy).toBe(name);
    }
  });

  it('puts the name of the server’s model into the body and leaves every other byte as it is', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    a.answer(200, {});
    const body = Buffer.from('{ "seed":1e2,"model" : "alias" , "x":"\\u00e9" }');
    const start = body.indexOf('"alias"');
    const upstream = new UpstreamGroup({
      targets: [{ server: a.server, model: 'gpt "x"', weight: 1 }],
      maxRetries: 0,
      surroundings,
    });
    await upstream.send({ ...request, body, modelRange: [start, start + 7] });
    expect(a.bodies).toEqual(['{ "seed":1e2,"model" : "gpt \\"x\\"" , "x":"\\u00e9" }']);
  });

  it('sends its own key and never what a caller put into a header of that name', async () => {
    const { surroundings } = fakeSurroundings();
    const a = fakeServer('a', surroundings);
    let seen: Record<string, string> = {};
    a.pool.intercept({ path: '/v1/messages', method: 'POST' }).reply(options => {
      seen = Object.fromEntries(
        (options.headers as unknown as string[]).flatMap((name, at, all) =>
          at % 2 ? [] : [[name, all[at + 1]!]],
        ),
      );
      return { statusCode: 200, data: {} };
    });
    await group([a.server], surroundings).send({
      ...request,
      path: 'messages',
      headers: { 'anthropic-version': '2023-06-01' },
    });
    expect(seen).toMatchObject({ 'x-api-key': 'sk-upstream-secret', 'anthropic-version': '2023-06-01' });
    expect(seen).not.toHaveProperty('authorization');
  });

  it('ends as cancelled when the caller leaves during a pause', async () => {
    const controller = new AbortController();
    const { surroundings } = fakeSurroundings();
    const leaving: Surroundings = {
      ...surroundings,
      sleep: async () => {
        controller.abort();
        throw controller.signal.reason;
      },
    };
    const a = fakeServer('a', leaving);
    a.answer(503, 'busy');
    await expect(
      group([a.server], leaving).send({ ...request, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'request-cancelled' });
  });
});
