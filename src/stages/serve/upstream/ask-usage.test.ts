import { describe, expect, it } from 'vitest';
import type { ServeRequest } from '../answerer.ts';
import { parseBody } from '../http/request/parse-body.ts';
import { outgoingBody } from './ask-usage.ts';
import { readUsage, withCost } from './usage.ts';

function requestOf(text: string, path = 'chat/completions'): ServeRequest {
  const raw = Buffer.from(text);
  const { body, ranges } = parseBody(raw, 64);
  return {
    id: 'r',
    alias: String(body['model']),
    path,
    raw,
    body,
    ranges,
    stream: body['stream'] === true,
    signal: new AbortController().signal,
    timeoutMs: 1,
  };
}

/** The text that would be sent, and what stands where the model's name is said to be. */
function sent(text: string, path?: string) {
  const { bytes, modelRange, usageAdded } = outgoingBody(requestOf(text, path));
  return { text: bytes.toString(), model: bytes.toString('utf8', ...modelRange!), usageAdded };
}

describe('a body on its way to a server', () => {
  it('is left as it came where nothing is streamed, or the client asked for usage itself', () => {
    for (const text of [
      '{"model":"m","messages":[]}',
      '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
    ]) {
      expect(sent(text)).toEqual({ text, model: '"m"', usageAdded: false });
    }
    const message = '{"model":"m","stream":true}';
    expect(sent(message, 'messages')).toEqual({ text: message, model: '"m"', usageAdded: false });
  });

  it('asks for usage where a stream would not count its tokens', () => {
    expect(sent('{"stream":true,"model":"m" }\n')).toEqual({
      text: '{"stream":true,"model":"m" ,"stream_options":{"include_usage":true}}\n',
      model: '"m"',
      usageAdded: true,
    });
  });

  it('keeps the other options of a stream', () => {
    const text = '{"stream_options":{"include_usage":false,"x":1},"stream":true,"model":"m"}';
    expect(sent(text)).toEqual({
      text: '{"stream_options":{"include_usage":true,"x":1},"stream":true,"model":"m"}',
      model: '"m"',
      usageAdded: true,
    });
    expect(sent('{"stream_options":null,"stream":true,"model":"m"}').text).toBe(
      '{"stream_options":{"include_usage":true},"stream":true,"model":"m"}',
    );
  });
});

describe('usage', () => {
  it('costs each kind of token at its price', () => {
    const counted = readUsage({
      prompt_tokens: 1000,
      completion_tokens: 100,
      prompt_tokens_details: { cached_tokens: 400 },
    });
    expect(withCost(counted, { input: 2, cachedInput: 1, output: 10 })?.costUsd).toBeCloseTo(0.0026, 12);
    expect(withCost(counted, { input: 2, output: 10 })?.costUsd).toBeCloseTo(0.003, 12);
    expect(withCost(counted, null)).toEqual({
      promptTokens: 1000,
      completionTokens: 100,
      cachedTokens: 400,
      costUsd: null,
    });
  });

  it('is unknown where a server counts nothing, and never negative', () => {
    expect(readUsage(undefined)).toBeNull();
    expect(readUsage({})).toBeNull();
    expect(readUsage({ prompt_tokens: -5, completion_tokens: 'many' })).toEqual({
      promptTokens: 0,
      completionTokens: 0,
      cachedTokens: 0,
    });
  });
});
