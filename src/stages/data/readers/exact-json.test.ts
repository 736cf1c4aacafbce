import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonExactly } from './exact-json.ts';

describe('JSON with long numbers', () => {
  it('keeps the digits of integers beyond 2^53 as text, wherever they stand', () => {
    const text =
      '{"id":12345678901234567891,"list":[-9007199254740993, 9007199254740991],"in":{"a" : 10000000000000000}}';
    expect(parseJsonExactly(text)).toEqual({
      id: '12345678901234567891',
      list: ['-9007199254740993', 9007199254740991],
      in: { a: '10000000000000000' },
    });
  });

  it('leaves fractions, exponents and digits in strings alone', () => {
    const text =
      '{"a":0.12345678901234567,"b":1e-1234567890123456789,"c":"\\"12345678901234567890","d\\\\":"x 12345678901234567890"}';
    expect(parseJsonExactly(text)).toEqual(JSON.parse(text));
  });

  it('reads every other value as JSON.parse does', () => {
    const long = fc.stringMatching(/^["\\\\ a]{0,6}[0-9]{16,20}["\\\\ a]{0,6}$/);
    const fraction = fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(long, fraction, fc.dictionary(long, fc.oneof(long, fraction)))),
        value => {
          const text = JSON.stringify(value);
          expect(parseJsonExactly(text)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  it('reads a line of many megabytes', () => {
    const text = JSON.stringify({ text: '\n"x'.repeat(2_000_000), id: 0 }).replace(
      '"id":0',
      '"id":12345678901234567890',
    );
    expect(parseJsonExactly(text)).toMatchObject({ id: '12345678901234567890' });
  });
});
