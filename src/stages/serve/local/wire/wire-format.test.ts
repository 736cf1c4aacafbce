import { expect, it } from 'vitest';
import { chatFormat } from './wire-format.ts';

it('gives the bytes of a token that is a part of a character, not those of its text', () => {
  const head = { id: 'c', created: 0, model: 'm', system_fingerprint: 'f' };
  const usage = { promptTokens: 1, completionTokens: 1, cachedTokens: 0, costUsd: null };
  const part = { token: '\ufffd', bytes: [0xc3], logprob: -1 };
  const logprobs = [{ ...part, tokenId: 3, top: [part, { token: 'ö', logprob: -2 }] }];
  const { choices } = chatFormat(head).whole(
    [{ index: 0, text: 'ö', finishReason: 'stop', logprobs }],
    usage,
  ) as { choices: { logprobs: object }[] };
  expect(choices[0]!.logprobs).toEqual({
    content: [{ ...part, top_logprobs: [part, { token: 'ö', logprob: -2, bytes: [0xc3, 0xb6] }] }],
    refusal: null,
  });
});
