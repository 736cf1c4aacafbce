import { describe, expect, it } from 'vitest';
import type { Upstream, UpstreamRequest } from '../../core/upstream.ts';
import { upstreamModel } from './upstream-model.ts';

const price = { input: 2, cachedInput: 1, output: 4 };

/** A server that says one thing, in as many pieces as its text has halves. */
function saying(...bodies: (object | string)[]) {
  const requests: UpstreamRequest[] = [];
  const upstream: Upstream & { closed: boolean } = {
    closed: false,
    async send(request) {
      requests.push(request);
      const said = bodies[Math.min(requests.length, bodies.length) - 1]!;
      const bytes = Buffer.from(typeof said === 'string' ? said : JSON.stringify(said));
      const body = (async function* () {
        yield bytes.subarray(0, bytes.length >> 1);
        yield bytes.subarray(bytes.length >> 1);
      })();
      return { status: 200, headers: {}, body, servedBy: 'vllm', attempts: 1 };
    },
    available: () => true,
    async close() {
      upstream.closed = true;
    },
  };
  return { upstream, requests };
}

const modelOn = (upstream: Upstream, logprobs = true) =>
  upstreamModel({
    id: 'triage',
    upstream,
    model: 'triage-é',
    logprobs,
    timeoutMs: 1_000,
    priceOf: servedBy => (servedBy === 'vllm' ? price : null),
  });

const completion = {
  choices: [
    {
      message: { content: 'Leaking' },
      finish_reason: 'stop',
      logprobs: {
        content: [{ token: 'Leaking', logprob: -0.1, top_logprobs: [{ token: 'Noise', logprob: -2.5 }] }],
      },
    },
  ],
  usage: { prompt_tokens: 1_000_000, completion_tokens: 500_000 },
};
const request = { messages: [{ role: 'user' as const, content: 'oil drips' }], maxTokens: 8, topLogprobs: 5 };

describe('a model that upstreams serve', () => {
  it('answers with its tokens, at the price of the server that answered', async () => {
    const { upstream } = saying(completion);
    const answer = await modelOn(upstream).generate(request);
    expect(answer.text).toBe('Leaking');
    expect(answer.logprobs).toEqual([
      { token: 'Leaking', tokenId: null, logprob: -0.1, top: [{ token: 'Noise', logprob: -2.5 }] },
    ]);
    expect(answer.usage.costUsd).toBe(4);
  });

  it('says where the name of the model stands, so that a server may know it by another', async () => {
    const { upstream, requests } = saying(completion);
    await modelOn(upstream).generate(request);
    const [{ body, modelRange, path }] = requests as [UpstreamRequest];
    expect(path).toBe('chat/completions');
    expect(
      Buffer.from(body as Buffer)
        .subarray(...modelRange!)
        .toString(),
    ).toBe('"triage-é"');
    expect(JSON.parse(body.toString())).toMatchObject({ logprobs: true, top_logprobs: 5, temperature: 0 });
  });

  it('streams, and ends with the whole', async () => {
    const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
    const { upstream } = saying(
      event({ choices: [{ delta: { content: 'Lea' } }] }) +
        event({ choices: [{ delta: { content: 'king' }, finish_reason: 'stop' }] }) +
        'data: [DONE]\n\n',
    );
    const pieces: string[] = [];
    let whole = '';
    for await (const chunk of modelOn(upstream).stream(request)) {
      pieces.push(chunk.text);
      whole = chunk.completion?.text ?? whole;
    }
    expect(pieces.join('')).toBe('Leaking');
    expect(whole).toBe('Leaking');
  });

  it.each(['<html>', { choices: [] }, 'null'])('refuses an answer that is none: %j', async said => {
    const { upstream } = saying(said);
    await expect(modelOn(upstream).generate(request)).rejects.toMatchObject({
      code: 'upstream-invalid-answer',
    });
  });

  it('says what it can do, and lets go of its servers', async () => {
    const { upstream } = saying(completion);
    const model = modelOn(upstream, false);
    expect(model.info.supports).toEqual({ logprobs: false, jsonSchema: true, score: false });
    await expect(model.score({ messages: [], labels: ['a'] })).rejects.toMatchObject({
      code: 'score-unsupported',
    });
    await model.close();
    expect(upstream.closed).toBe(true);
  });
});
