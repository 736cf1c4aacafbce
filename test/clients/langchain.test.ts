import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { javaScriptClients } from './packages.ts';
import { type ServedGateway, serveGateway } from './served-gateway.ts';

const load = javaScriptClients();
const { ChatOpenAI } = load('@langchain/openai');
const { z } = load('zod');
const input = 'Oil below the pump.';
let gateway: ServedGateway;
let create: (options?: object) => InstanceType<typeof ChatOpenAI>;

beforeAll(async () => {
  gateway = await serveGateway();
  const configuration = { baseURL: gateway.baseURL };
  create = options =>
    new ChatOpenAI({ model: 'fault-triage', apiKey: 'sk-any', maxRetries: 0, configuration, ...options });
});
afterAll(() => gateway?.stop());

describe('LangChain', () => {
  it('gets an answer with its usage', async () => {
    const message = await create().invoke(input);
    expect(message.content).toBe('The seal leaks.');
    expect(message.usage_metadata).toMatchObject({ input_tokens: 12, output_tokens: 3, total_tokens: 15 });
  });

  it('gets a stream with its usage', async () => {
    const texts: string[] = [];
    let total = 0;
    for await (const chunk of await create().stream(input)) {
      if (chunk.content !== '') texts.push(chunk.content);
      total = chunk.usage_metadata?.total_tokens ?? total;
    }
    expect(texts).toEqual(['The ', 'seal ', 'leaks.']);
    expect(total).toBe(15);
  });

  it('tells an unknown model by its own code for it', async () => {
    const error = await create({ model: 'no-such-model' })
      .invoke(input)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 404, lc_error_code: 'MODEL_NOT_FOUND' });
  });

  it('gets an object of a schema', async () => {
    const shaped = create().withStructuredOutput(z.object({ fault: z.string() }), { method: 'jsonSchema' });
    expect(await shaped.invoke(input)).toEqual({ fault: 'leak' });
  });

  it('gets log-probabilities', async () => {
    const message = await create({ logprobs: true, topLogprobs: 1 }).invoke(input);
    expect(message.response_metadata.logprobs.content[0].logprob).toBe(-0.25);
  });
});
