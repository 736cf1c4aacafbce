import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from './json-scan.ts';
import { parseBody } from './parse-body.ts';

const codeOf = (text: string | Buffer, maxDepth = 64) => {
  try {
    parseBody(Buffer.from(text), maxDepth);
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a request body', () => {
  it('has its top-level values found, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 }),
        fc.constantFrom(undefined, 1, '\t'),
        (value, indent) => {
          const raw = Buffer.from(JSON.stringify(value, null, indent));
          const ranges = scanJson(raw, 64);
          const parsed = JSON.parse(raw.toString()) as Record<string, unknown>;
          expect([...ranges.keys()].sort()).toEqual(Object.keys(parsed).sort());
          for (const [key, [start, end]] of ranges) {
            expect(JSON.parse(raw.toString('utf8', start, end))).toEqual(parsed[key]);
          }
        },
      ),
    );
  });

  it('is read past long strings with quotes and backslashes in them', () => {
    const value = { a: `${'x'.repeat(100)}\\"${'\\'.repeat(41)}"`, model: 'm' };
    const raw = Buffer.from(JSON.stringify(value));
    const [start, end] = scanJson(raw, 4).get('model')!;
    expect(raw.toString('utf8', start, end)).toBe('"m"');
  });

  it('is refused where it nests 100,000 levels deep, without a stack to overflow', () => {
    const depth = 100_000;
    expect(codeOf(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toBe('json-too-deep');
    expect(codeOf(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)).toBe('json-too-deep');
  });

  it('may nest exactly as deep as allowed', () => {
    expect(codeOf('{"a":[[1]]}', 3)).toBeNull();
    expect(codeOf('{"a":[[[1]]]}', 3)).toBe('json-too-deep');
  });

  it('is refused where a key stands twice on the top level, also in another spelling', () => {
    expect(codeOf('{"model":"a","model":"b"}')).toBe('duplicate-key');
    expect(codeOf('{"model":"a","mod\\u0065l":"b"}')).toBe('duplicate-key');
  });

  it('is read with the last one counting where a key stands twice further down', () => {
    const { body } = parseBody(Buffer.from('{"model":"m","x":{"a":1,"a":2}}'), 8);
    expect(body['x']).toEqual({ a: 2 });
  });

  it('is refused where it is not UTF-8, not JSON, or no object', () => {
    expect(codeOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBe('invalid-utf8');
    expect(codeOf(Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]))).toBe('invalid-utf8');
    for (const text of ['', '{', '{"a":}', '{"a":1}x', '\ufeff{}', '{"a":"', 'NaN']) {
      expect(codeOf(text)).toBe('invalid-json');
    }
    for (const text of ['[]', '1', '"x"', 'null']) expect(codeOf(text)).toBe('body-not-object');
  });

  it('cannot reach the prototype of anything', () => {
    const { body } = parseBody(Buffer.from('{"__proto__":{"admin":true},"model":"m"}'), 8);
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
