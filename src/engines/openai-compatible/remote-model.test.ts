import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { RemoteModelSpec } from '../../core/chat-model.ts';
import { openAiCompatibleModel } from './remote-model.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;
let server: Server | null = null;
const pauses: number[] = [];
const surroundings = {
  now: () => 0,
  random: () => 0.5,
  sleep: async (milliseconds: number) => void pauses.push(milliseconds),
};

afterEach(async () => {
  pauses.length = 0;
  server?.closeAllConnections();
  await new Promise(resolve => (server ? server.close(resolve) : resolve(null)));
  server = null;
});

/** A server that plays one handler a request; the last goes on for the rest. */
async function serve(handlers: Handler[], extra: Partial<RemoteModelSpec> = {}) {
  const requests: { url: string; headers: IncomingMessage['headers']; body: Record<string, unknown> }[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push({ url: request.url!, headers: request.headers, body: JSON.parse(body) });
      (handlers[requests.length - 1] ?? handlers.at(-1)!)(request, response, body);
    });
  });
  await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve));
  const model = openAiCompatibleModel(
    {
      kind: 'remote',
      id: 'remote',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      model: 'upstream',
      apiKey: 'sk-secret',
      price: { input: 1, cachedInput: 0.5, output: 4 },
      timeoutMs: 5000,
      maxRetries: 2,
      ...extra,
    },
    surroundings,
  );
  return { model, requests };
}

const ask = { messages: [{ role: 'user' as const, content: 'hi' }], maxTokens: 5 };
const answer: Handler = (_request, response) =>
  void response.end(
    JSON.stringify({
      choices: [
        {
          message: { content: 'Paris' },
          finish_reason: 'stop',
          logprobs: {
            content: [
              {
                token: 'Paris',
                logprob: -0.1,
                bytes: [...Buffer.from('Paris')],
                top_logprobs: [{ token: '\ufffd', logprob: -0.1, bytes: [0xc3] }],
              },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 100, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 40 } },
    }),
  );
const status =
  (code: number, headers: Record<string, string> = {}, body = 'no'): Handler =>
  (_request, response) =>
    void response.writeHead(code, headers).end(body);
const events =
  (...lines: string[]): Handler =>
  (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(lines.map(line => `data: ${line}\n\n`).join(''));
const delta = (content: string, finish: string | null = null) =>
  JSON.stringify({ choices: [{ delta: { content }, finish_reason: finish }] });

test('sends the request in the OpenAI shape and reads text, log-probabilities, usage and cost', async () => {
  const { model, requests } = await serve([answer]);
  const completion = await model.generate({
    ...ask,
    topLogprobs: 1,
    seed: 3,
    stop: ['x'],
    jsonSchema: { type: 'string' },
  });
  expect(completion).toMatchObject({ text: 'Paris', finishReason: 'stop' });
  expect(completion.logprobs).toEqual([
    {
      token: 'Paris',
      tokenId: null,
      logprob: -0.1,
      top: [{ token: '\ufffd', logprob: -0.1, bytes: [0xc3] }],
    },
  ]);
  expect(completion.usage).toMatchObject({ promptTokens: 100, completionTokens: 10, cachedTokens: 40 });
  expect(completion.usage.costUsd).toBeCloseTo((60 * 1 + 40 * 0.5 + 10 * 4) / 1e6, 12);
  expect(requests[0]).toMatchObject({
    url: '/v1/chat/completions',
    headers: { authorization: 'Bearer sk-secret' },
    body: { model: 'upstream', max_tokens: 5, seed: 3, stop: ['x'], logprobs: true, top_logprobs: 1 },
  });
  expect(requests[0]?.body['response_format']).toMatchObject({ type: 'json_schema' });
});

test('waits with growing pauses, at least as long as Retry-After asks, then succeeds', async () => {
  const { model, requests } = await serve([status(503), status(429, { 'retry-after': '7' }), answer]);
  expect((await model.generate(ask)).text).toBe('Paris');
  expect(requests).toHaveLength(3);
  expect(pauses).toEqual([250, 7000]);
});

test('gives up after the retries it may make, and at once when asked to wait too long', async () => {
  const first = await serve([status(500)]);
  await expect(first.model.generate(ask)).rejects.toMatchObject({ code: 'upstream-unavailable' });
  expect(first.requests).toHaveLength(3);
  const second = await serve([status(429, { 'retry-after': '3600' })]);
  await expect(second.model.generate(ask)).rejects.toMatchObject({ code: 'upstream-rate-limited' });
  expect(second.requests).toHaveLength(1);
});

test.each([
  [401, 'upstream-unauthorized'],
  [403, 'upstream-unauthorized'],
  [400, 'upstream-rejected'],
  [404, 'upstream-rejected'],
])('does not repeat what will not pass: %i', async (code, expected) => {
  const { model, requests } = await serve([status(code)]);
  await expect(model.generate(ask)).rejects.toMatchObject({ code: expected });
  expect(requests).toHaveLength(1);
});

test('never follows a redirect, which would carry the key elsewhere', async () => {
  const { model, requests } = await serve([status(307, { location: 'http://127.0.0.1:1/v1' })]);
  await expect(model.generate(ask)).rejects.toMatchObject({ code: 'upstream-redirected' });
  expect(requests).toHaveLength(1);
});

test('keeps the key out of errors, also when the server repeats it', async () => {
  const { model } = await serve([status(401, {}, 'bad key sk-secret')]);
  const error: Error = await model.generate(ask).then(
    () => expect.fail('it answered'),
    failure => failure,
  );
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('sk-secret');
});

test.each([
  ['no JSON', 'hello'],
  ['another shape', '{"choices":[]}'],
  ['too long', ' '.repeat((16 << 20) + 1)],
])('refuses an answer that is %s', async (_, body) => {
  const { model } = await serve([status(200, {}, body)]);
  await expect(model.generate(ask)).rejects.toMatchObject({ code: 'upstream-invalid-answer' });
});

test('a server that does not answer is a timeout', async () => {
  const { model } = await serve([() => undefined], { timeoutMs: 50, maxRetries: 0 });
  await expect(model.generate(ask)).rejects.toMatchObject({ code: 'upstream-timeout' });
});

test('a server that is not there is unreachable', async () => {
  const { model } = await serve([answer], { baseUrl: 'http://127.0.0.1:9/v1', maxRetries: 1 });
  await expect(model.generate(ask)).rejects.toMatchObject({ code: 'upstream-unreachable' });
  expect(pauses).toHaveLength(1);
});

test('a cancelled request is an interruption, not a failure of the server', async () => {
  const abort = new AbortController();
  const { model } = await serve([() => abort.abort()]);
  await expect(model.generate({ ...ask, signal: abort.signal })).rejects.toMatchObject({
    code: 'request-cancelled',
  });
});

test('streams pieces as they come and ends with the whole', async () => {
  const usage = JSON.stringify({ choices: [], usage: { prompt_tokens: 2, completion_tokens: 3 } });
  const { model } = await serve([events(delta('Pa'), delta('ris'), delta('', 'stop'), usage, '[DONE]')]);
  const chunks = [];
  for await (const chunk of model.stream(ask)) chunks.push(chunk);
  expect(chunks.map(chunk => chunk.text)).toEqual(['Pa', 'ris', '']);
  expect(chunks.at(-1)?.completion).toMatchObject({
    text: 'Paris',
    finishReason: 'stop',
    usage: { completionTokens: 3 },
  });
});

test('retries a stream only before it begins: a cut one is an error', async () => {
  const { model, requests } = await serve([status(503), events(delta('Pa'))]);
  const shown: string[] = [];
  const read = async () => {
    for await (const chunk of model.stream(ask)) shown.push(chunk.text);
  };
  await expect(read()).rejects.toMatchObject({ code: 'upstream-invalid-answer' });
  expect(shown).toEqual(['Pa']);
  expect(requests).toHaveLength(2);
});

test('leaving a stream early closes the connection', async () => {
  let closed: () => void = () => undefined;
  const gone = new Promise<void>(resolve => {
    closed = resolve;
  });
  const { model } = await serve([
    (_request, response) => {
      response.on('close', closed);
      response.writeHead(200).write(`data: ${delta('Pa')}\n\n`);
    },
  ]);
  for await (const chunk of model.stream(ask)) if (chunk.text === 'Pa') break;
  await gone;
});

test('says that exact label scores cannot be had', async () => {
  const { model } = await serve([answer]);
  await expect(model.score({ messages: ask.messages, labels: ['a', 'b'] })).rejects.toMatchObject({
    code: 'score-unsupported',
  });
});

test.each([
  'ftp://host/v1',
  'file:///etc/passwd',
  'http://user:pass@host/v1',
  'http://host/v1?key=1',
  'nonsense',
])('refuses the base URL %s without repeating it', async baseUrl => {
  const open = serve([answer], { baseUrl });
  await expect(open).rejects.toMatchObject({ code: 'base-url-invalid' });
  await open.catch(error => expect(error.message).not.toContain(baseUrl));
});
