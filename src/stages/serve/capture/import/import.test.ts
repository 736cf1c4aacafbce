import { describe, expect, it } from 'vitest';
import { detectLogFormat, logFormat } from './log-format.ts';
import { readExchange } from './read-exchange.ts';

const chat = [
  { role: 'system', content: 'Name the failure.' },
  { role: 'user', content: 'pump is leaking' },
];
const completion = {
  id: 'chatcmpl-1',
  created: 1_700_000_000,
  model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Leaking' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 20, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 16 } },
};

const logs: Record<string, [format: string, record: Record<string, unknown>, expected: object]> = {
  'a training row of OpenAI': [
    'openai-chat',
    { messages: [...chat, { role: 'assistant', content: 'Leaking' }] },
    { messages: chat, answer: 'Leaking', model: null },
  ],
  'a request with its response': [
    'openai-chat',
    { request: { model: 'gpt-4o', messages: chat }, response: completion },
    { messages: chat, answer: 'Leaking', model: 'gpt-4o', at: 1_700_000_000_000, cachedTokens: 16 },
  ],
  'an observation of Langfuse, as its tables export it': [
    'langfuse',
    {
      id: 'obs-1',
      traceId: 't-1',
      type: 'GENERATION',
      startTime: '2026-11-01T10:00:00.000Z',
      endTime: '2026-11-01T10:00:01.500Z',
      name: 'triage',
      model: 'gpt-4o',
      input: chat,
      output: { role: 'assistant', content: 'Leaking' },
      promptTokens: 20,
      completionTokens: 3,
      totalCost: 0.0004,
    },
    { id: 'obs-1', model: 'gpt-4o', messages: chat, answer: 'Leaking', latencyMs: 1_500, costUsd: 0.0004 },
  ],
  'the same as CSV, with JSON in its columns': [
    'langfuse',
    {
      id: 'obs-1',
      traceId: 't-1',
      type: 'GENERATION',
      startTime: '2026-11-01 10:00:00.000000',
      endTime: '2026-11-01 10:00:00.250000',
      providedModelName: 'gpt-4o',
      input: JSON.stringify({ messages: chat }),
      output: JSON.stringify('Leaking'),
      usageDetails: '{"input":20,"output":3,"input_cached_tokens":5}',
      costDetails: '{"total":0.1}',
    },
    { messages: chat, answer: 'Leaking', latencyMs: 250, promptTokens: 20, cachedTokens: 5, costUsd: 0.1 },
  ],
  'an observation in blob storage': [
    'langfuse',
    {
      id: 'o2',
      trace_id: 't',
      type: 'GENERATION',
      start_time: '2026-11-01 10:00:00.000000',
      latency: 0.5,
      provided_model_name: 'gpt-4o',
      input: 'pump is leaking',
      output: 'Leaking',
      usage_details: { input: 1, output: 1 },
    },
    { messages: [{ role: 'user', content: 'pump is leaking' }], latencyMs: 500, completionTokens: 1 },
  ],
  'a trace of Langfuse': [
    'langfuse',
    {
      id: 't',
      timestamp: '2026-11-01T10:00:00Z',
      name: 'triage',
      input: 'pump',
      output: 'Leaking',
      tags: [],
    },
    { id: 't', at: Date.parse('2026-11-01T10:00:00Z'), answer: 'Leaking' },
  ],
  'a spend log of LiteLLM': [
    'litellm',
    {
      request_id: 'chatcmpl-9',
      call_type: 'acompletion',
      spend: 0.0002,
      prompt_tokens: 20,
      completion_tokens: 3,
      startTime: '2026-11-01T10:00:00.000Z',
      endTime: '2026-11-01T10:00:02.000Z',
      model: 'openai/gpt-4o',
      model_group: 'triage',
      messages: {},
      proxy_server_request: JSON.stringify({ model: 'triage', messages: chat }),
      response: JSON.stringify(completion),
      status: 'success',
    },
    {
      id: 'chatcmpl-9',
      model: 'triage',
      messages: chat,
      answer: 'Leaking',
      latencyMs: 2_000,
      cachedTokens: 16,
    },
  ],
  'a standard logging payload of LiteLLM': [
    'litellm',
    {
      id: 'chatcmpl-9',
      call_type: 'completion',
      response_cost: 0.0003,
      startTime: 1_700_000_000.25,
      endTime: 1_700_000_001.25,
      model: 'gpt-4o',
      messages: chat,
      response: completion,
      status: 'success',
    },
    { at: 1_700_000_000_250, latencyMs: 1_000, answer: 'Leaking', costUsd: 0.0003 },
  ],
};

describe('logs of other programs', () => {
  for (const [what, [format, record, expected]] of Object.entries(logs)) {
    it(`reads ${what}`, () => {
      expect(detectLogFormat(record)).toBe(format);
      const [found] = readExchange(logFormat(record, 'log.jsonl'), record);
      expect(found).toMatchObject({ exchange: expected });
    });
  }

  it('takes every generation of a trace and no other span', () => {
    const found = readExchange('langfuse', {
      trace: { id: 't', input: 'x', output: 'y' },
      observations: [
        { id: 'a', type: 'SPAN', input: 'x', output: 'y' },
        { id: 'b', type: 'GENERATION', input: 'x', output: 'y' },
        { id: 'c', type: 'GENERATION', input: 'x', output: null },
      ],
    });
    expect(found).toMatchObject([
      { skipped: 'span calls no model' },
      { exchange: { id: 'b', answer: 'y' } },
      { problem: { code: 'no-answer' } },
    ]);
  });

  it('says why a record gives nothing', () => {
    const litellm = (given: object) =>
      readExchange('litellm', { request_id: 'r', call_type: 'completion', ...given })[0];
    expect(litellm({ status: 'failure' })).toMatchObject({ skipped: 'the call failed' });
    expect(litellm({ call_type: 'aembedding' })).toMatchObject({ skipped: 'aembedding is no chat' });
    expect(litellm({ messages: '{}', response: '{}' })).toMatchObject({ problem: { code: 'no-input' } });
    expect(
      litellm({ messages: chat, response: { choices: [{ message: { content: 'redacted-by-litellm' } }] } }),
    ).toMatchObject({ problem: { code: 'content-redacted' } });
    expect(readExchange('openai-chat', { messages: chat })[0]).toMatchObject({
      problem: { code: 'no-answer' },
    });
    expect(readExchange('openai-chat', { messages: [] })[0]).toMatchObject({
      problem: { code: 'no-input' },
    });
  });

  it('names the formats that it knows where it knows none', () => {
    expect(() => logFormat({ a: 1, b: 2 }, 'log.csv')).toThrow(
      expect.objectContaining({
        code: 'log-format-unknown',
        message: expect.stringContaining('a, b'),
        hint: expect.stringContaining('openai-chat, langfuse, litellm'),
      }),
    );
  });

  const answerOf = (output: unknown) => {
    const [one] = readExchange('langfuse', {
      id: '1',
      traceId: 't',
      type: 'GENERATION',
      input: chat,
      output,
    });
    return one && 'exchange' in one ? one.exchange.answer : null;
  };

  it.each<[what: string, output: unknown, answer: string | null]>([
    ['a record that has a field called text', { text: 'pump', asset: 'A' }, '{"text":"pump","asset":"A"}'],
    ['the same as text', '{"content":"pump","asset":"A"}', '{"content":"pump","asset":"A"}'],
    ['a text alone in an object', { completion: 'Leaking', stop_reason: 'stop' }, 'Leaking'],
    ['a number', 3, '3'],
    [
      'a message that thought first',
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'Leaking' },
        ],
      },
      'Leaking',
    ],
    [
      'a response that reasoned first',
      {
        object: 'response',
        output: [
          { type: 'reasoning', summary: [] },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Leaking' }] },
        ],
      },
      'Leaking',
    ],
    ['an error in place of an answer', { error: { message: 'rate limited' } }, null],
  ])('is read of %s', (_what, output, answer) => {
    expect(answerOf(output)).toBe(answer);
  });

  it.each<[what: string, format: 'openai-chat' | 'langfuse', record: Record<string, unknown>]>([
    [
      'failed calls',
      'openai-chat',
      { request: { messages: chat }, response: { status_code: 400, body: { error: { message: 'no' } } } },
    ],
    ['errors', 'openai-chat', { request: { messages: chat }, response: { error: { message: 'no' } } }],
    [
      'answers that were cut off',
      'openai-chat',
      {
        request: { messages: chat },
        response: { choices: [{ message: { content: 'half' }, finish_reason: 'length' }] },
      },
    ],
    [
      'messages of weight 0',
      'openai-chat',
      { messages: [...chat, { role: 'assistant', content: 'bad', weight: 0 }] },
    ],
    [
      'generations that failed',
      'langfuse',
      { id: '1', traceId: 't', type: 'GENERATION', level: 'ERROR', input: chat, output: 'Error: timeout' },
    ],
  ])('leaves out %s, which teach nothing', (_what, format, record) => {
    expect(readExchange(format, record)).toEqual([{ skipped: expect.any(String) }]);
  });
});
