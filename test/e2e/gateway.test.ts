import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  capturedOf,
  chat,
  createWorkspace,
  type Served,
  startGateway,
  startUpstream,
} from './gateway-process.ts';

const secret = 'sk-canary-5f0c2b';
const faults = [
  'reset',
  'reset-mid-stream',
  'half-frame',
  'half-frame-clean',
  'cut-off',
  'bad-frame',
  'wrong-json',
  'compressed',
  'not-streamed',
  'huge',
  'storm',
  'broken',
  'unauthorized',
  'rejected',
  'redirect',
  'hang',
  'slow',
  'long',
];

let upstream: Served;
let gateway: Served;
let workspace: ReturnType<typeof createWorkspace>;

beforeAll(async () => {
  upstream = await startUpstream();
  const baseUrl = `${upstream.url}/v1`;
  const server = { baseUrl, allowPrivate: true, apiKeyEnv: 'UPSTREAM_KEY', maxRetries: 0 };
  // A server of its own for each fault, so that the circuit of one stays its own.
  const upstreams = Object.fromEntries(
    faults.map(fault => [`at-${fault}`, { ...server, timeoutMs: fault === 'hang' ? 2_000 : 60_000 }]),
  );
  const aliases = Object.fromEntries(
    faults.map(fault => [fault, { kind: 'upstream', targets: [{ upstream: `at-${fault}`, model: fault }] }]),
  );
  workspace = createWorkspace({
    upstreams: {
      ...upstreams,
      big: { ...server, price: { input: 1, output: 2 } },
      gone: { ...server, baseUrl: 'http://127.0.0.1:9/v1' },
      refused: { ...server, allowPrivate: false },
      first: { ...server, maxRetries: 3 },
      second: { ...server, maxRetries: 3 },
    },
    aliases: {
      ...aliases,
      gpt: { kind: 'upstream', targets: [{ upstream: 'big', model: 'other' }] },
      failover: {
        kind: 'upstream',
        targets: [
          { upstream: 'gone', model: 'other', weight: 1000 },
          { upstream: 'big', model: 'other', weight: 0.001 },
        ],
      },
      private: { kind: 'upstream', targets: [{ upstream: 'refused' }] },
      patient: {
        kind: 'upstream',
        targets: ['first', 'second'].map(upstream => ({ upstream, model: 'reset-mid-stream' })),
      },
    },
  });
  gateway = await startGateway(workspace.dir, { environment: { UPSTREAM_KEY: secret } });
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), upstream?.stop()]);
  workspace?.remove();
});

interface Seen {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly text: string;
}

async function allSeen(): Promise<Seen[]> {
  return (await (await fetch(`${upstream.url}/seen`)).json()) as Seen[];
}
const lastSeen = async (): Promise<Seen> => (await allSeen()).at(-1)!;

/** Data of every event, as text. */
function events(text: string): string[] {
  expect(text.endsWith('\n\n')).toBe(true);
  return text
    .split('\n\n')
    .filter(event => event !== '')
    .map(event => event.replace(/^(event: .*\n)?data: /, ''));
}

describe('a request to an upstream', () => {
  it('is answered with what the server said, and how it came about', async () => {
    const response = await chat(gateway.url, { model: 'gpt' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-stepdown-route')).toBe('large');
    expect(response.headers.get('x-stepdown-served-by')).toBe('big');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const body = (await response.json()) as { choices: { message: { content: string } }[] };
    expect(body.choices[0]!.message.content).toBe('answer of other');
  });

  it('takes the client’s key and cookies no further, and sends the gateway’s own', async () => {
    await chat(
      gateway.url,
      { model: 'gpt', unknown_parameter: [1.0, { deep: true }] },
      { headers: { authorization: 'Bearer client-secret', cookie: 'a=b', 'openai-beta': 'x=1' } },
    );
    const { headers, text } = await lastSeen();
    expect(headers['authorization']).toBe(`Bearer ${secret}`);
    expect(headers).not.toHaveProperty('cookie');
    expect(headers['openai-beta']).toBe('x=1');
    expect(headers['accept-encoding']).toBe('identity');
    expect(JSON.parse(text)).toMatchObject({ model: 'other', unknown_parameter: [1, { deep: true }] });
  });

  it('is streamed in order, without the count of tokens that the client did not ask for', async () => {
    const response = await chat(gateway.url, { model: 'gpt', stream: true, pieces: 50 });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const all = events(await response.text());
    expect(all.at(-1)).toBe('[DONE]');
    const parsed = all.slice(0, -1).map(event => JSON.parse(event));
    expect(parsed.slice(0, 50).map(event => event.choices[0].delta.content)).toEqual(
      Array.from({ length: 50 }, (_, index) => `${index} `),
    );
    expect(parsed.some(event => event.choices.length === 0)).toBe(false);
    const counted = await chat(gateway.url, {
      model: 'gpt',
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(await counted.text()).toContain('"usage"');
  });

  it('keeps every event of 200 streams at once, in order', async () => {
    const streams = Array.from({ length: 200 }, async (_, number) => {
      const pieces = 20 + (number % 7);
      const text = await (await chat(gateway.url, { model: 'gpt', stream: true, pieces })).text();
      const contents = events(text)
        .slice(0, pieces)
        .map(event => JSON.parse(event).choices[0].delta.content);
      expect(contents).toEqual(Array.from({ length: pieces }, (_, index) => `${index} `));
    });
    await Promise.all(streams);
  });

  it('reaches completions, embeddings and Anthropic’s messages, which are captured too', async () => {
    const post = (path: string, body: object) =>
      fetch(`${gateway.url}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({ model: 'gpt', ...body }),
      });
    for (const stream of [false, true])
      expect(await (await post('embeddings', { input: 'x', stream })).json()).toMatchObject({
        object: 'list',
      });
    expect((await post('completions', { prompt: 'x', echo: true, own: { key: 1 } })).status).toBe(200);
    expect(await lastSeen()).toMatchObject({
      url: '/v1/completions',
      text: '{"model":"other","prompt":"x","echo":true,"own":{"key":1}}',
    });
    const message = await post('messages', { messages: [], max_tokens: 5 });
    expect(await message.json()).toMatchObject({ type: 'message' });
    expect(capturedOf(workspace.dir, message)).toMatchObject({
      endpoint: '/v1/messages',
      answer: 'bonjour',
      promptTokens: 5,
      completionTokens: 2,
      route: 'large',
    });
    const { headers, url } = await lastSeen();
    expect(url).toBe('/v1/messages');
    expect(headers).toMatchObject({ 'x-api-key': secret, 'anthropic-version': '2023-06-01' });
    expect(headers).not.toHaveProperty('authorization');
    expect(await (await post('messages', { model: 'broken' })).json()).toMatchObject({
      type: 'error',
      error: { code: 'upstream-unavailable' },
    });
  });

  it('goes to another server where the first is gone', async () => {
    await expect
      .poll(async () => (await chat(gateway.url, { model: 'failover' })).status, { timeout: 10_000 })
      .toBe(200);
  });

  it('to a model that there is not is captured without that name, which nobody redacts', async () => {
    const response = await chat(gateway.url, { model: 'sk-canary-4242' });
    expect(response.status).toBe(404);
    await response.text();
    expect(capturedOf(workspace.dir, response)).toMatchObject({ alias: 'unknown', status: 404 });
  });

  it('takes feedback on its answer', async () => {
    const id = (await chat(gateway.url, { model: 'gpt' })).headers.get('x-request-id');
    const send = (body: object) =>
      fetch(`${gateway.url}/v1/feedback`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await send({ id, rating: 1, correct_answer: 'yes' })).status).toBe(200);
    expect((await send({ id: 'never-heard-of', rating: 1 })).status).toBe(404);
    expect((await send({ id })).status).toBe(400);
    const beyond = await send({ id, rating: 5 });
    expect(await beyond.json()).toMatchObject({
      error: { param: 'rating', message: expect.stringContaining('must be -1, 0 or 1') },
    });
  });
});

describe('an upstream that fails', () => {
  const outcomes: readonly (readonly [model: string, status: number, code: string])[] = [
    ['reset', 502, 'upstream-unreachable'],
    ['wrong-json', 502, 'upstream-invalid-answer'],
    ['compressed', 502, 'upstream-invalid-answer'],
    ['huge', 502, 'upstream-invalid-answer'],
    ['storm', 429, 'upstream-rate-limited'],
    ['broken', 502, 'upstream-unavailable'],
    ['unauthorized', 502, 'upstream-unauthorized'],
    ['rejected', 422, 'too_high'],
    ['redirect', 502, 'upstream-redirected'],
    ['hang', 504, 'upstream-timeout'],
    ['private', 502, 'upstream-address-refused'],
  ];
  it.each(outcomes)('(%s) is answered with %i and %s', async (model, status, code) => {
    const response = await chat(gateway.url, { model });
    const text = await response.text();
    expect(text).not.toContain(secret);
    expect({ status: response.status, error: JSON.parse(text).error }).toMatchObject({
      status,
      error: { code, message: expect.any(String), type: expect.any(String) },
    });
    expect(response.headers.get('x-stepdown-route')).toBe('none');
    expect(response.headers.get('retry-after')).toBe(model === 'storm' ? '20' : null);
  });

  it.each(['reset-mid-stream', 'half-frame', 'half-frame-clean', 'cut-off', 'bad-frame'])(
    '(%s) ends a stream with whole events and an error',
    async model => {
      const response = await chat(gateway.url, { model, stream: true });
      const all = events(await response.text()).map(event => JSON.parse(event));
      // What came in one piece with the damage may be lost with it; what is given out is whole.
      expect(all.slice(0, -1).every(event => event.choices[0].delta.content === 'begun ')).toBe(true);
      expect(all.at(-1).error).toMatchObject({
        type: 'upstream_error',
        code: expect.stringMatching(/^upstream-/),
      });
    },
  );

  it('(in the middle of a stream) is not asked again, and nor is another: what was streamed was paid for', async () => {
    const before = (await allSeen()).length;
    const all = events(await (await chat(gateway.url, { model: 'patient', stream: true })).text());
    expect(JSON.parse(all.at(-1)!).error.code).toMatch(/^upstream-/);
    expect((await allSeen()).length - before).toBe(1);
  });

  it('(not streaming) is an error where a stream was asked for', async () => {
    const response = await chat(gateway.url, { model: 'not-streamed', stream: true });
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 502,
      body: { error: { code: 'upstream-invalid-answer' } },
    });
  });

  it('is left alone while it asks for rest', async () => {
    const count = async () => (await allSeen()).filter(({ text }) => text.includes('"model":"storm"')).length;
    await chat(gateway.url, { model: 'storm' });
    const before = await count();
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await chat(gateway.url, { model: 'storm' })).status),
    );
    expect(new Set(statuses)).toEqual(new Set([429]));
    expect(await count()).toBe(before);
  });

  it('costs the gateway nothing that stays: it answers others as before, and said no secret', async () => {
    expect((await chat(gateway.url, { model: 'gpt' })).status).toBe(200);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('stepdown_requests_total');
    expect(`${metrics}${gateway.log()}`).not.toContain(secret);
  });
});
