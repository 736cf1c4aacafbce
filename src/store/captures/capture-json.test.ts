import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Capture } from '../../core/capture.ts';
import { captureJson, parsedCapture } from './capture-json.ts';
import { captureOf } from './fixtures/capture.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\n', '\ud800', 'ü', ''),
);
const figure = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const capture: fc.Arbitrary<Capture> = fc.record({
  id: text,
  at: fc.integer(),
  alias: text,
  endpoint: text,
  route: fc.constantFrom('local', 'large', 'none'),
  reason: maybe(fc.constantFrom('low-confidence', 'audit-sample')),
  keyId: maybe(text),
  status: fc.integer({ min: 100, max: 599 }),
  errorCode: maybe(text),
  messages: maybe(
    fc.array(fc.record({ role: fc.constantFrom('system', 'user', 'assistant', 'tool'), content: text })),
  ),
  answer: maybe(text),
  cutOff: fc.boolean(),
  localAnswer: maybe(text),
  largeAnswer: maybe(text),
  confidence: maybe(figure),
  servedBy: maybe(text),
  stream: fc.boolean(),
  latencyMs: figure,
  firstTokenMs: maybe(figure),
  promptTokens: maybe(fc.nat()),
  completionTokens: maybe(fc.nat()),
  cachedTokens: maybe(fc.nat()),
  costUsd: maybe(figure),
});

it('comes back as it was written, whatever is in it', () => {
  fc.assert(
    fc.property(capture, one => {
      const line = captureJson(one);
      expect(line).not.toContain('\n');
      // What JSON itself changes: -0, and half a surrogate pair as bytes.
      expect(parsedCapture(JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(one)));
      expect(Object.keys(parsedCapture(JSON.parse(line))).sort()).toEqual(Object.keys(one).sort());
    }),
    { numRuns: 500 },
  );
});

it('holds nothing that is null, and reads what was written with it', () => {
  const one = captureOf('r1');
  expect(captureJson(one)).not.toContain('null');
  expect(parsedCapture(JSON.parse(JSON.stringify(one)))).toEqual(one);
});

it('a figure that is no number is left out, as JSON has none', () => {
  const one = captureOf('r1', { confidence: Number.NaN, costUsd: Number.POSITIVE_INFINITY });
  expect(parsedCapture(JSON.parse(captureJson(one)))).toEqual({ ...one, confidence: null, costUsd: null });
});
