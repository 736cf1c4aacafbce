import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signalsOf } from './signals.ts';
import { createValidity } from './validity.ts';
import { valueLogprobs } from './value-tokens.ts';

const none = { probabilities: null, tokens: null };
/** Tokens whose log-probability is minus their place, counted from 1. */
const tokensOf = (...parts: string[]) => parts.map((token, at) => ({ token, logprob: -(at + 1) }));

describe('signals', () => {
  test('of label scores: probability, margin to the second, entropy', () => {
    const signals = signalsOf('classify', { ...none, probabilities: [0.2, 0.7, 0.1] }, 0.5);
    expect(signals['probability']).toBe(0.7);
    expect(signals['margin']).toBeCloseTo(0.5, 12);
    expect(signals['entropy']).toBeCloseTo(
      -(0.2 * Math.log(0.2) + 0.7 * Math.log(0.7) + 0.1 * Math.log(0.1)),
      12,
    );
    expect(signals['similarity']).toBe(0.5);
  });

  test('of a generated label: the probability of its tokens, and no margin, which is not known', () => {
    const signals = signalsOf('classify', { ...none, tokens: tokensOf('leak', 'age') }, null);
    expect(signals).toEqual({ probability: Math.exp(-3), margin: null, entropy: null, similarity: null });
  });

  test('of a generated label with alternatives: how near another was, at any of its tokens', () => {
    const top = (...pairs: [string, number][]) =>
      pairs.map(([token, p]) => ({ token, logprob: Math.log(p) }));
    const tokens = [
      { token: 'le', logprob: Math.log(0.8), top: top(['le', 0.8], ['no', 0.15]) },
      { token: 'ak', logprob: Math.log(0.5), top: top(['ak', 0.5], ['ft', 0.3], ['t', 0.2]) },
    ];
    const signals = signalsOf('classify', { ...none, tokens }, null);
    expect(signals['probability']).toBeCloseTo(0.4, 12);
    // The nearest way out is 'le' + 'ft': 0.8 · 0.3.
    expect(signals['margin']).toBeCloseTo(0.4 - 0.24, 12);
    const entropyOf = (...ps: number[]) => -ps.reduce((sum, p) => sum + p * Math.log(p), 0);
    expect(signals['entropy']).toBeCloseTo(entropyOf(0.8, 0.15, 0.05) + 0.8 * entropyOf(0.5, 0.3, 0.2), 12);
  });

  test('of a generated label: a token without alternatives leaves margin and entropy unknown', () => {
    const first = { token: 'le', logprob: -0.1, top: [{ token: 'le', logprob: -0.1 }] };
    const signals = signalsOf('classify', { ...none, tokens: [first, { token: 'ak', logprob: -0.2 }] }, null);
    expect(signals).toMatchObject({ margin: null, entropy: null });
    expect(signals['probability']).toBeCloseTo(Math.exp(-0.3), 12);
  });

  test('what is not there is null, never 0', () => {
    for (const kind of ['classify', 'extract', 'generate'] as const)
      for (const value of Object.values(signalsOf(kind, none, null))) expect(value).toBeNull();
  });

  test('of an engine without log-probabilities: what the model said when it was asked again', () => {
    const signals = signalsOf('generate', { ...none, secondOpinion: { agreement: 0.8 } }, null);
    expect(signals).toMatchObject({ logprobQuantile10: null, agreement: 0.8 });
    expect(signals).not.toHaveProperty('verified');
  });

  test('of a text: quantiles of its log-probabilities', () => {
    const signals = signalsOf('generate', { ...none, tokens: tokensOf('a', 'b', 'c', 'd', 'e') }, null);
    expect(signals).toMatchObject({ logprobMin: -5, logprobQuantile25: -4, logprobQuantile50: -3 });
  });
});

describe('value tokens', () => {
  test('are those of values: keys, braces and quotes are left out', () => {
    const tokens = tokensOf(
      '{"',
      'part',
      '":',
      ' "',
      'pump',
      ' seal',
      '", "',
      'count',
      '": ',
      '12',
      ', "ok": ',
      'true',
      '}',
    );
    expect(valueLogprobs(tokens)).toEqual([-5, -6, -10, -12]);
  });

  test('are found where one token holds key and value, in lists, after escapes, and in broken JSON', () => {
    expect(valueLogprobs(tokensOf('{"a":"x"}'))).toEqual([-1]);
    expect(valueLogprobs(tokensOf('{"a"', ':[', '"x', '","', 'y"', ']}'))).toEqual([-3, -5]);
    expect(valueLogprobs(tokensOf('{"a\\"', 'key', '":"', 'v\\"', 'w', '"', '}'))).toEqual([-4, -5]);
    expect(valueLogprobs(tokensOf('{"a": {"b"', ': ', 'nul'))).toEqual([-3]);
    expect(valueLogprobs([])).toEqual([]);
  });

  test('do not depend on how the text is cut: a cut at every character finds just the characters of values', () => {
    const value = fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 5 }), value, { maxKeys: 4 }), record => {
        const text = JSON.stringify(record);
        const found = valueLogprobs([...text].map(token => ({ token, logprob: -1 }))).length;
        const expected = Object.values(record)
          .map(inner => JSON.stringify(inner))
          .map(inner => (inner.startsWith('"') ? inner.slice(1, -1) : inner))
          .reduce((sum, inner) => sum + [...inner].length, 0);
        expect(found).toBe(expected);
      }),
    );
  });
});

describe('validity', () => {
  test('of a label, of JSON, and none for free text', () => {
    const label = createValidity({ kind: 'classify', labels: ['a', 'b'] });
    expect([label('a'), label(' b '), label('c')]).toEqual([true, true, false]);
    const record = createValidity({
      kind: 'extract',
      schema: { type: 'object', required: ['part'], properties: { part: { type: 'string' } } },
    });
    expect([record('{"part":"pump"}'), record('{"part":1}'), record('{"part"')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(createValidity({ kind: 'generate' })('anything')).toBeNull();
  });
});
