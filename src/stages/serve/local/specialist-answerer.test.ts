import { describe, expect, it } from 'vitest';
import type { Task } from '../../../core/task.ts';
import { bodyOf, chat, fakeModel, faults, requestOf, serveSpecialist } from './fixtures/serving.ts';
import { noSignals } from './wire/local-request.ts';

const leaking = () => fakeModel(() => 'Leaking');
const record: Task = {
  kind: 'extract',
  schema: { type: 'object', properties: { part: { type: 'string' } } },
};
const text: Task = { kind: 'generate' };
type Body = { choices: { message: { content: string } }[] };
const contents = async (answer: Parameters<typeof bodyOf>[0]) =>
  (JSON.parse(await bodyOf(answer)) as Body).choices.map(choice => choice.message.content);

describe('a specialist behind chat/completions', () => {
  it('that model servers run answers a label as one, whatever white space comes with it', async () => {
    const { model, asked } = fakeModel(() => ' Leaking\n', {
      score: false,
      logprobs: true,
      jsonSchema: true,
    });
    const answer = await serveSpecialist(faults, model).answer(
      chat('drips', { response_format: { type: 'json_object' } }),
    );
    expect(await contents(answer)).toEqual(['{"label":"Leaking"}']);
    expect(asked[0]).toMatchObject({ maxTokens: 16, temperature: 0 });
  });

  it('answers a label by scoring, in the exact shape of the API, with its probability', async () => {
    const answerer = serveSpecialist(faults, leaking().model);
    const answer = await answerer.answer(chat('drips', { logprobs: true, top_logprobs: 2 }));
    const logprob = Math.log(0.9);
    const bytes = [...Buffer.from('Leaking')];
    expect(JSON.parse(await bodyOf(answer))).toEqual({
      id: 'chatcmpl-r1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'faults',
      system_fingerprint: 'fp_ab12cd34ab',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Leaking', refusal: null },
          finish_reason: 'stop',
          logprobs: {
            content: [
              {
                token: 'Leaking',
                logprob,
                bytes,
                top_logprobs: [
                  { token: 'Leaking', logprob, bytes },
                  { token: 'Noise', logprob: Math.log(0.1), bytes: [...Buffer.from('Noise')] },
                ],
              },
            ],
            refusal: null,
          },
        },
      ],
      usage: {
        prompt_tokens: 7,
        completion_tokens: 2,
        total_tokens: 9,
        prompt_tokens_details: { cached_tokens: 3 },
      },
    });
    expect(answer.record).toMatchObject({ route: 'local', confidence: 0.9, servedBy: 'faults-ab12cd34' });
  });

  it('shows the specialist the last user message alone, text parts joined', async () => {
    const { model, asked } = leaking();
    const messages = [
      { role: 'system', content: 'You are a helpful triage assistant. '.repeat(9) },
      { role: 'user', content: 'an example' },
      { role: 'assistant', content: 'Noise' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hose ' },
          { type: 'text', text: 'drips' },
        ],
      },
    ];
    await serveSpecialist(faults, model).answer(requestOf({ messages }));
    expect(asked[0]!.messages).toEqual([{ role: 'user', content: 'hose drips' }]);
  });

  it('asks for exact probabilities of no more labels than the client sees', async () => {
    const { model, scored } = leaking();
    const answerer = serveSpecialist(faults, model);
    await answerer.answer(chat('drips'));
    await answerer.answer(chat('drips', { logprobs: true, top_logprobs: 2 }));
    await answerer.attempt(chat('drips'), new AbortController().signal, { ...noSignals, allLabels: true });
    expect(scored.map(({ exactLabels }) => exactLabels)).toEqual([1, 2, undefined]);
  });

  it('says which parameters have no effect, and only those', async () => {
    const sent = { temperature: 0.7, stop: ['x'], max_tokens: 1, top_p: 0.5, tools: [{ type: 'function' }] };
    const { record: told } = await serveSpecialist(faults, leaking().model).answer(chat('drips', sent));
    expect([...told.ignored].sort()).toEqual(['max_tokens', 'stop', 'temperature', 'tools', 'top_p']);
    const newer = chat('drips', { max_completion_tokens: 1 });
    const { record: renamed } = await serveSpecialist(faults, leaking().model).answer(newer);
    expect(renamed.ignored).toEqual(['max_completion_tokens']);
    const harmless = { temperature: 0, seed: 1, n: 1, top_p: 1, frequency_penalty: 0, tools: [], user: null };
    const { record: quiet } = await serveSpecialist(faults, leaking().model).answer(chat('drips', harmless));
    expect(quiet.ignored).toEqual([]);
  });

  it.each([
    ['an image', chat([{ type: 'image_url', image_url: { url: 'http://x' } }]), 'content-unsupported'],
    ['a demanded tool', chat('drips', { tool_choice: 'required' }), 'tools-unsupported'],
    ['no user message', requestOf({ messages: [{ role: 'system', content: 'x' }] }), 'request-invalid'],
    ['an empty input', chat('  '), 'request-invalid'],
    ['no messages', requestOf({}), 'request-invalid'],
    ['a wrong type', chat('drips', { n: 'two' }), 'request-invalid'],
    ['another endpoint', requestOf({ input: 'x' }, { path: 'embeddings' }), 'endpoint-unsupported'],
    [
      'too many answers',
      requestOf({ prompt: ['a', 'b'], n: 100 }, { path: 'completions' }),
      'request-invalid',
    ],
    [
      'a schema that no label fits',
      chat('drips', {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'x', schema: { type: 'object', properties: { a: {}, b: {} } } },
        },
      }),
      'response-format-unsupported',
    ],
  ])('refuses %s with a code and the parameter', async (_what, request, code) => {
    const answering = serveSpecialist(faults, leaking().model).answer(request);
    await expect(answering).rejects.toMatchObject({
      code,
      category: 'data',
      details: { param: expect.any(String) },
    });
  });

  it('puts a label under the one property of the JSON that was asked for', async () => {
    const answerer = serveSpecialist(faults, leaking().model);
    const schema = { type: 'object', properties: { fault: { enum: ['Noise', 'Leaking', 'Other'] } } };
    const format = { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } };
    const answer = await answerer.answer(chat('drips', { response_format: format }));
    expect(await contents(answer)).toEqual(['{"fault":"Leaking"}']);
    const any = await answerer.answer(chat('drips', { response_format: { type: 'json_object' } }));
    expect(await contents(any)).toEqual(['{"label":"Leaking"}']);
  });

  it('keeps records inside its own schema, and says so where the client sent another', async () => {
    const { model, asked } = fakeModel(() => '{"part":"pump"}');
    const answerer = serveSpecialist(record, model);
    const other = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } };
    const { record: told } = await answerer.answer(chat('pump', { response_format: other }));
    expect(asked[0]!.jsonSchema).toEqual(record.kind === 'extract' ? record.schema : null);
    expect(told.ignored).toEqual(['response_format']);
  });

  it('passes sampling on to a generating specialist, bounded by the answers it was made for', async () => {
    const { model, asked } = fakeModel(() => 'all good');
    const answerer = serveSpecialist(text, model);
    const sent = { temperature: 0.5, seed: 4, stop: 'END', max_completion_tokens: 999, n: 2 };
    expect(await contents(await answerer.answer(chat('x', sent)))).toEqual(['all good', 'all good']);
    expect(asked).toMatchObject([
      { temperature: 0.5, seed: 4, stop: ['END'], maxTokens: 16 },
      { temperature: 0.5, seed: 5, stop: ['END'], maxTokens: 16 },
    ]);
  });

  it('asks once for answers that cannot differ, and counts each of them', async () => {
    const { model, asked } = leaking();
    const answer = await serveSpecialist(faults, model).answer(chat('drips', { n: 3 }));
    expect(await contents(answer)).toEqual(['Leaking', 'Leaking', 'Leaking']);
    expect(asked).toHaveLength(1);
    expect(answer.record.usage).toMatchObject({ promptTokens: 7, completionTokens: 6 });
  });

  it('answers several prompts of the completions API in order', async () => {
    const { model } = fakeModel(input => (input === 'hums' ? 'Noise' : 'Leaking'));
    const request = requestOf({ prompt: ['drips', 'hums'], logprobs: 1 }, { path: 'completions' });
    const body = JSON.parse(await bodyOf(await serveSpecialist(faults, model).answer(request)));
    expect(body).toMatchObject({
      id: 'cmpl-r1',
      object: 'text_completion',
      choices: [
        { index: 0, text: 'Leaking', finish_reason: 'stop' },
        { index: 1, text: 'Noise', logprobs: { tokens: ['Noise'], text_offset: [0] } },
      ],
      usage: { prompt_tokens: 14, completion_tokens: 3, total_tokens: 17 },
    });
  });
});

describe('closing', () => {
  it('waits for requests in flight', async () => {
    let finish: (label: string) => void = () => undefined;
    const { model } = fakeModel(
      () =>
        new Promise<string>(resolve => {
          finish = resolve;
        }),
    );
    const answerer = serveSpecialist(faults, model);
    const answering = answerer.answer(chat('drips'));
    const closing = answerer.close();
    expect(answerer.available()).toBe(false);
    await new Promise(setImmediate);
    expect(model.closed).toBe(false);
    finish('Noise');
    expect((await answering).status).toBe(200);
    await closing;
    expect(model.closed).toBe(true);
  });
});
