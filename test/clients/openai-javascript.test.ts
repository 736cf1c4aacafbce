import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { javaScriptClients } from './packages.ts';
import { type ServedGateway, serveGateway } from './served-gateway.ts';

const load = javaScriptClients();
const OpenAI = load('openai');
const model = 'fault-triage';
const messages = [{ role: 'user', content: 'Oil below the pump.' }];
let gateway: ServedGateway;
let client: InstanceType<typeof OpenAI>;

beforeAll(async () => {
  gateway = await serveGateway();
  client = new OpenAI({ baseURL: gateway.baseURL, apiKey: 'sk-any', maxRetries: 0 });
});
afterAll(() => gateway?.stop());

describe('openai for JavaScript', () => {
  it('gets an answer with its usage, and the gateway’s headers', async () => {
    const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
    expect(data.choices[0].message.content).toBe('The seal leaks.');
    expect(data.usage.total_tokens).toBe(15);
    expect(data._request_id).toBe(response.headers.get('x-request-id'));
    expect(response.headers.get('x-stepdown-route')).toBe('large');
    expect(gateway.seen.at(-1)).toMatchObject({ model: 'large-1' });
  });

  it('gets a stream, with the usage it asked for', async () => {
    const options = { include_usage: true };
    const stream = await client.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: options,
    });
    const texts: string[] = [];
    let total = 0;
    for await (const chunk of stream) {
      texts.push(chunk.choices[0]?.delta.content ?? '');
      total = chunk.usage?.total_tokens ?? total;
    }
    expect(texts.filter(text => text !== '')).toEqual(['The ', 'seal ', 'leaks.']);
    expect(total).toBe(15);
  });

  it('collects a stream with its own helper, without a usage it did not ask for', async () => {
    const final = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
    expect(final.choices[0].message.content).toBe('The seal leaks.');
    expect(final.usage ?? null).toBeNull();
  });

  it('leaves a stream early without harm', async () => {
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    for await (const _ of stream) break;
    expect((await client.chat.completions.create({ model, messages })).choices).toHaveLength(1);
  });

  it('tells an unknown model as NotFoundError', async () => {
    const asked = client.chat.completions.create({ model: 'no-such-model', messages });
    const error = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ status: 404, type: expect.any(String), code: expect.any(String) });
  });

  it('tells a bad parameter as BadRequestError', async () => {
    const error = await client.chat.completions
      .create({ model: '', messages })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: 'model' });
  });

  it('parses an answer to a JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: { fault: { type: 'string' } },
      required: ['fault'],
      additionalProperties: false,
    };
    const answer = await client.chat.completions.parse({
      model,
      messages,
      response_format: { type: 'json_schema', json_schema: { name: 'fault', strict: true, schema } },
    });
    expect(JSON.parse(answer.choices[0].message.content)).toEqual({ fault: 'leak' });
    expect(gateway.seen.at(-1)).toMatchObject({ response_format: { json_schema: { strict: true, schema } } });
  });

  it('gets log-probabilities, streamed and not', async () => {
    const asked = { model, messages, logprobs: true, top_logprobs: 1 };
    const whole = await client.chat.completions.create(asked);
    expect(whole.choices[0].logprobs.content[0].logprob).toBe(-0.25);
    let counted = 0;
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true }))
      counted += chunk.choices[0]?.logprobs?.content.length ?? 0;
    expect(counted).toBe(3);
  });

  it('gets a tool call of the large model', async () => {
    const parameters = { type: 'object', properties: { pump: { type: 'string' } } };
    const tools = [{ type: 'function', function: { name: 'stop_pump', parameters } }];
    const answer = await client.chat.completions.create({ model, messages, tools });
    expect(answer.choices[0].message.tool_calls[0].function.name).toBe('stop_pump');
    expect(gateway.seen.at(-1)).toMatchObject({ tools });
  });

  it('lists the models, and gets embeddings', async () => {
    const listed: string[] = [];
    for await (const { id } of await client.models.list()) listed.push(id);
    expect(listed).toEqual([model]);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: 'model' });
    await expect(client.models.retrieve('maker/unknown')).rejects.toMatchObject({
      status: 404,
      code: 'model-not-found',
    });
    const { data } = await client.embeddings.create({ model, input: 'oil' });
    expect(data[0].embedding).toEqual([0.5, -0.25]);
  });
});
