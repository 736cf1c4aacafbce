import { expect, it } from 'vitest';
import { UpstreamError } from '../../../core/errors/index.ts';
import type { UpstreamRequest } from '../../../core/upstream.ts';
import { parseBody } from '../http/request/parse-body.ts';
import { createUpstreamAnswerer } from './upstream-answerer.ts';

/** What becomes of a whole answer of a server. */
function answering(text: string) {
  const answerer = createUpstreamAnswerer({
    upstream: {
      async send() {
        const body = (async function* () {
          yield Buffer.from(text);
        })();
        return { status: 200, headers: {}, body, servedBy: 'a', attempts: 1 };
      },
      available: () => true,
      close: async () => {},
    },
    priceOf: () => null,
    dearestInput: 0,
  });
  const raw = Buffer.from('{"model":"m"}');
  return answerer.answer({
    ...{ id: 'r', alias: 'm', path: 'chat/completions', stream: false, timeoutMs: 1 },
    ...{ raw, body: { model: 'm' }, signal: new AbortController().signal },
  });
}

it('an error under the status of success is an error', async () => {
  const failed = answering('{"error":{"message":"sk-upstream-secret","code":"server_error"}}');
  await expect(failed).rejects.toMatchObject({
    code: 'upstream-unavailable',
    message: 'a broke off its answer (server_error)',
  });
});

it.each([
  [false, { choices: [{ index: 0, message: { content: 'all' }, finish_reason: 'stop' }] }],
  [true, { choices: [{ index: 0, message: { content: 'a part' }, finish_reason: 'length' }] }],
  [false, { content: [{ type: 'text', text: 'all' }], stop_reason: 'end_turn' }],
  [true, { content: [{ type: 'text', text: 'a part' }], stop_reason: 'max_tokens' }],
])('an answer that ended at a limit of tokens is recorded as cut off: %s', async (cutOff, body) => {
  expect((await answering(JSON.stringify(body))).record.cutOff).toBe(cutOff);
});

const streamed = '{"model":"m","stream":true}';
const asking = '{"model":"m","stream":true,"stream_options":{"include_usage":true}}';

/** An alias whose server answers as `refuse` says, and the bodies that it got. */
function serverThat(refuse: (body: string) => string | null) {
  const bodies: string[] = [];
  const answerer = createUpstreamAnswerer({
    upstream: {
      async send({ body }: UpstreamRequest) {
        bodies.push(String(body));
        const message = refuse(String(body));
        if (message !== null) throw new UpstreamError('upstream-rejected', message, 'Correct it.');
        const headers = { 'content-type': 'text/event-stream' };
        const events = (async function* () {
          yield Buffer.from('data: [DONE]\n\n');
        })();
        return { status: 200, headers, body: events, servedBy: 'a', attempts: 1 };
      },
      available: () => true,
      close: async () => {},
    },
    priceOf: () => null,
    dearestInput: 0,
  });
  const ask = (text: string) => {
    const raw = Buffer.from(text);
    const { body, ranges } = parseBody(raw, 64);
    return answerer.answer({
      ...{ id: 'r', alias: 'm', path: 'chat/completions', stream: true, timeoutMs: 1 },
      ...{ raw, body, ranges, signal: new AbortController().signal },
    });
  };
  return { ask, bodies };
}

it('a server that refuses to be asked for the count of a stream is asked without it, once and ever after', async () => {
  const { ask, bodies } = serverThat(body =>
    body.includes('stream_options') ? 'body.stream_options: Extra inputs are not permitted' : null,
  );
  expect((await ask(streamed)).status).toBe(200);
  await ask(streamed);
  expect(bodies).toEqual([asking, streamed, streamed]);
});

it('what a client asks for itself, and what is refused for another reason, is the client’s to know', async () => {
  const { ask, bodies } = serverThat(body =>
    body === asking ? 'stream_options is not supported' : 'temperature is too high',
  );
  await expect(ask(asking)).rejects.toThrow('stream_options');
  await expect(ask('{"model":"m","stream":true,"temperature":9}')).rejects.toThrow('temperature');
  expect(bodies).toHaveLength(2);
});
