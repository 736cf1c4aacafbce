import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AccessError, DataError, UpstreamError } from '../../../core/errors/index.ts';
import type { RequestFacts, RequestResult, TelemetryEvent } from '../../../core/telemetry.ts';
import { LogLines } from './log-lines.ts';
import { createTelemetry } from './telemetry.ts';

const secret = 'sk-canary-5f3d9b';

/** A tracer that keeps everything it is ever given, as text. */
function recordingTracer(kept: string[]): Tracer {
  const keep = (...things: unknown[]) => kept.push(JSON.stringify(things));
  const span = new Proxy({} as Span, {
    get: (_, method) =>
      method === 'spanContext'
        ? () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 })
        : (...given: unknown[]) => {
            keep(method.toString(), given.map(String), given);
            return span;
          },
  });
  return {
    startSpan: (name: string, options?: SpanOptions, context?: Context) => {
      keep(name, options, String(context));
      return span;
    },
  } as Tracer;
}

/** Everything that a telemetry with a gateway's names says about what `act` does with it. */
async function said(act: (telemetry: ReturnType<typeof createTelemetry>) => void): Promise<string> {
  const kept: string[] = [];
  const telemetry = createTelemetry({
    names: { isAlias: name => name === 'triage', isServer: name => name === 'cloud' },
    lines: new LogLines('debug', (text, written) => {
      kept.push(text);
      written(null);
    }),
    tracing: { tracer: recordingTracer(kept), close: async () => undefined },
    primary: null,
  });
  act(telemetry);
  kept.push(await telemetry.metrics());
  await telemetry.close();
  return kept.join('\n');
}

const facts: RequestFacts = { id: 'id-1', endpoint: '/v1/chat/completions', traceparent: null };
const result: RequestResult = {
  alias: 'triage',
  route: 'large',
  reason: 'low-confidence',
  keyId: 'key-1',
  status: 200,
  servedBy: 'cloud',
  stream: true,
  confidence: 0.4,
  latencyMs: 120,
  firstTokenMs: 30,
  promptTokens: 12,
  completionTokens: 3,
  cachedTokens: 0,
  costUsd: 0.002,
  error: null,
};

/** Errors with the secret in every place that data gets to; codes are literals of the source. */
const errors: (() => unknown)[] = [
  () => new Error(secret),
  () => new TypeError(`bad\n    at ${secret} (/tmp/${secret}.js:1:1)\n`),
  () => Object.assign(new Error('short'), { name: secret, code: secret, cause: secret, detail: secret }),
  () => new (class extends Error {})(secret),
  () => new DataError('row-bad', secret, secret, { cause: new Error(secret), details: { secret } }),
  () => new UpstreamError('upstream-broken', secret, secret),
  () => new AccessError(401, 'key-unknown', secret, secret),
  () => new AggregateError([new Error(secret)], secret),
  () => secret,
  () => ({ message: secret, stack: secret, toString: () => secret, toJSON: () => secret }),
];

/** One field of a request or its result with the secret in it, whatever its type says. */
const plantedRequest = fc.oneof(
  fc.constantFrom(...(['endpoint', 'traceparent'] as const)).map(field => ({
    facts: { ...facts, [field]: secret },
    result,
  })),
  fc.constantFrom(...(['alias', 'route', 'reason', 'servedBy'] as const)).map(field => ({
    facts,
    result: { ...result, [field]: secret } as RequestResult,
  })),
  fc
    .tuple(fc.constantFrom(...errors), fc.constantFrom(200, 401, 404, 499, 502))
    .map(([error, status]) => ({ facts, result: { ...result, status, error: error() } })),
  // The capture itself, content included, as the data plane passes it on.
  fc.constant({
    facts: { ...facts, headers: { authorization: `Bearer ${secret}` } },
    result: {
      ...result,
      messages: [{ role: 'user', content: secret }],
      answer: secret,
      localAnswer: secret,
      largeAnswer: secret,
      errorCode: secret,
    },
  }),
);

test('a secret planted in any field of a request, its answer or its error is nowhere in logs, metrics or traces', async () => {
  await fc.assert(
    fc.asyncProperty(plantedRequest, fc.boolean(), async (planted, stream) => {
      const text = await said(telemetry => telemetry.begin(planted.facts).end({ ...planted.result, stream }));
      expect(text).not.toContain(secret);
      // It was really told: silence would hide everything.
      expect(text).toContain('stepdown_requests_total{');
      expect(text).toContain('id-1');
    }),
    { numRuns: 100 },
  );
});

const plantedEvents: readonly TelemetryEvent[] = [
  { kind: 'started', url: `http://user:${secret}@127.0.0.1:8080/${secret}?key=${secret}` },
  { kind: 'feedback', rating: secret as unknown as 1, corrected: true },
  { kind: 'compared', alias: secret, agree: false },
  { kind: 'breaker', upstream: secret, state: 'open' },
  { kind: 'breaker', upstream: 'cloud', state: secret as 'open' },
  { kind: 'rollout', alias: secret, phase: 'rolled-back', because: secret },
  { kind: 'rollout', alias: 'triage', phase: secret as 'promoted', because: `failure: 1 of 2, ${secret}` },
  { kind: 'failure', where: secret as 'capture', error: null },
  ...errors.map((error): TelemetryEvent => ({ kind: 'failure', where: 'capture', error: error() })),
];

test('a secret planted in an event or in the name of a source is nowhere either', async () => {
  for (const event of plantedEvents)
    expect(await said(telemetry => telemetry.note(event)), event.kind).not.toContain(secret);
  const text = await said(telemetry =>
    telemetry.watch({
      captures: () => ({ written: 1, failed: 2, lost: 0, waiting: 3, lastFailure: secret }),
      engines: () => [{ name: secret, waiting: 1, active: 2, sequences: 4 }],
      upstreams: () => [{ name: secret, available: false, state: secret as 'open' }],
      rollouts: () => [{ alias: secret, phase: secret as 'running', agreement: null }],
    }),
  );
  expect(text).not.toContain(secret);
  expect(text).toContain('stepdown_queue_waiting{engine="unknown"} 1');
});

test('what a bug threw is told by kind and place, so that it can be found', async () => {
  const text = await said(telemetry =>
    telemetry.begin(facts).end({ ...result, status: 500, error: new RangeError(secret) }),
  );
  expect(text).toContain('"code":"internal-error"');
  expect(text).toContain('"errorKind":"RangeError"');
  expect(text).toMatch(/planted-secret\.test\.ts:\d+:\d+/);
});
