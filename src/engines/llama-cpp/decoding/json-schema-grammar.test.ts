import { expect, test } from 'vitest';
import type { JsonSchema } from '../../../core/json.ts';
import { jsonSchemaGrammar } from './json-schema-grammar.ts';

test.each([
  ['pattern', { type: 'string', pattern: '^a' }],
  ['format', { type: 'string', format: 'date' }],
  ['minimum', { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } }],
  ['allOf', { allOf: [{ type: 'string' }] }],
  ['uniqueItems', { type: 'array', items: { type: 'string' }, uniqueItems: true }],
  ['additionalProperties', { type: 'object', properties: { a: {} }, additionalProperties: true }],
  ['$ref', { $ref: 'https://example.com/schema.json' }],
  ['$ref', { $ref: '#/$defs/missing' }],
])('names %s as something a grammar cannot express', (keyword, schema) => {
  expect(() => jsonSchemaGrammar(schema)).toThrow(
    expect.objectContaining({ code: 'json-schema-unsupported', message: expect.stringContaining(keyword) }),
  );
});

test('escapes literals so that a schema cannot write grammar of its own', () => {
  const grammar = jsonSchemaGrammar({ enum: ['a"b\nroot ::= "x"', '\\'] });
  expect(grammar.split('\n').filter(line => line.startsWith('root ::='))).toHaveLength(1);
});

test('keeps the order of the properties and lets optional ones be left out', () => {
  const grammar = jsonSchemaGrammar({
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'integer' } },
    required: ['a'],
  });
  expect(grammar).toContain(String.raw`"\"a\"" ":" ws string`);
  expect(grammar).toMatch(/\(ws "," ws "\\"b\\"" ":" ws integer\)\?/);
});

test('a grammar grows with its schema and not with the depth of it', () => {
  const nested = (depth: number): JsonSchema =>
    depth === 0
      ? { type: 'string' }
      : { type: 'object', properties: { a: nested(depth - 1), b: { type: 'integer' } } };
  expect(jsonSchemaGrammar(nested(60)).length).toBeLessThan(61 * 1000);
  const wide = Array.from({ length: 20_000 }, (_, index) => `a long enough word ${index}`);
  expect(() => jsonSchemaGrammar({ enum: wide })).toThrow(
    expect.objectContaining({ code: 'json-schema-unsupported' }),
  );
});
