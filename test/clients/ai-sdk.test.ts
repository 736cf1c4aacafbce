import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { javaScriptClients } from './packages.ts';
import { type ServedGateway, serveGateway } from './served-gateway.ts';

const load = javaScriptClients();
const { APICallError, generateText, Output, streamText } = load('ai');
const { createOpenAICompatible } = load('@ai-sdk/openai-compatible');
const { z } = load('zod');
const prompt = 'Oil below the pump.';
let gateway: ServedGateway;
let provider: (model: string) => unknown;

beforeAll(async () => {
  gateway = await serveGateway();
  const { baseURL } = gateway;
  provider = createOpenAICompatible({
    name: 'stepdown',
    baseURL,
    apiKey: 'sk-any',
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
});
afterAll(() => gateway?.stop());

describe('Vercel AI SDK', () => {
  it('gets an answer with its usage, and the gateway’s headers', async () => {
    const { text, usage, response } = await generateText({ model: provider('fault-triage'), prompt });
    expect(text).toBe('The seal leaks.');
    expect(usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
    expect(response.headers['x-stepdown-route']).toBe('large');
  });

  it('gets a stream with its usage', async () => {
    const streamed = streamText({ model: provider('fault-triage'), prompt });
    const texts: string[] = [];
    for await (const text of streamed.textStream) texts.push(text);
    expect(texts.join('')).toBe('The seal leaks.');
    expect(await streamed.finishReason).toBe('stop');
    expect(await streamed.usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
  });

  it('tells an unknown model as an APICallError that is not tried again', async () => {
    const error = await generateText({ model: provider('no-such-model'), prompt }).catch(
      (reason: unknown) => reason,
    );
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 404, isRetryable: false });
    expect((error as Error).message).toContain('no-such-model');
  });

  it('gets an object of a schema', async () => {
    const schema = z.object({ fault: z.string() });
    const { output } = await generateText({
      model: provider('fault-triage'),
      prompt,
      output: Output.object({ schema }),
    });
    expect(output).toEqual({ fault: 'leak' });
    expect(gateway.seen.at(-1)).toMatchObject({ response_format: { type: 'json_schema' } });
  });
});
