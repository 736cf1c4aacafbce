import type { Attributes, Span, SpanOptions, Tracer } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { AccessError, UpstreamError } from '../../../core/errors/index.ts';
import type { RequestFacts, RequestResult } from '../../../core/telemetry.ts';
import { LogLines } from './log-lines.ts';
import { createTelemetry, type TelemetryOptions } from './telemetry.ts';

const facts: RequestFacts = { id: 'id-1', endpoint: '/v1/chat/completions', traceparent: null };
const answered: RequestResult = {
  alias: 'triage',
  route: 'local',
  reason: null,
  keyId: null,
  status: 200,
  servedBy: 'triage-135m',
  stream: false,
  confidence: 0.97,
  latencyMs: 42,
  firstTokenMs: 12,
  promptTokens: 30,
  completionTokens: 3,
  cachedTokens: 20,
  costUsd: 0,
  error: null,
};
const refused: RequestResult = {
  ...answered,
  alias: null,
  route: 'none',
  status: 401,
  servedBy: null,
  confidence: null,
  firstTokenMs: null,
  promptTokens: null,
  completionTokens: null,
  cachedTokens: null,
  costUsd: null,
  error: new AccessError(401, 'key-unknown', 'No such key', 'Use another key.'),
};

function open(changes: Partial<TelemetryOptions> = {}) {
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({
    names: {
      isAlias: name => name === 'triage',
      isServer: name => ['triage-135m', 'cloud'].includes(name),
    },
    lines: new LogLines('debug', (text, written) => {
      for (const line of text.trimEnd().split('\n')) lines.push(JSON.parse(line));
      written(null);
    }),
    tracing: null,
    primary: null,
    ...changes,
  });
  return { telemetry, lines };
}

test('requests, times, tokens and costs are counted by alias and route', async () => {
  const { telemetry } = open();
  telemetry.begin(facts).end(answered);
  telemetry.begin(facts).end({ ...answered, latencyMs: 400 });
  telemetry.begin(facts).end({
    ...answered,
    route: 'large',
    reason: 'low-confidence',
    servedBy: 'cloud',
    costUsd: 0.25,
  });
  const text = await telemetry.metrics();
  const expected = [
    'stepdown_requests_total{alias="triage",route="local",reason="none",status="200"} 2',
    'stepdown_requests_total{alias="triage",route="large",reason="low-confidence",status="200"} 1',
    'stepdown_request_duration_seconds_bucket{alias="triage",route="local",le="0.05"} 1',
    'stepdown_request_duration_seconds_bucket{alias="triage",route="local",le="+Inf"} 2',
    'stepdown_request_duration_seconds_count{alias="triage",route="local"} 2',
    'stepdown_request_duration_seconds_sum{alias="triage",route="local"} 0.442',
    'stepdown_first_token_seconds_count{alias="triage",route="local"} 2',
    'stepdown_tokens_total{alias="triage",route="local",kind="prompt"} 60',
    'stepdown_tokens_total{alias="triage",route="local",kind="cached"} 40',
    'stepdown_cost_usd_total{alias="triage",route="large"} 0.25',
    'stepdown_requests_in_flight 0',
  ];
  const lines = text.split('\n');
  for (const line of expected) expect(lines).toContain(line);
  await telemetry.close();
});

test('what is in flight is counted until it ends, once, however often its end is told', async () => {
  const { telemetry } = open();
  const watch = telemetry.begin(facts);
  telemetry.begin(facts);
  expect(await telemetry.metrics()).toContain('stepdown_requests_in_flight 2\n');
  watch.end(answered);
  watch.end(answered);
  const text = await telemetry.metrics();
  expect(text).toContain('stepdown_requests_in_flight 1\n');
  expect(text).toContain('reason="none",status="200"} 1\n');
  await telemetry.close();
});

test('an answer whose cost nobody knows is counted as such and never as free', async () => {
  const { telemetry } = open();
  telemetry.begin(facts).end({ ...answered, costUsd: null });
  const text = await telemetry.metrics();
  expect(text).toContain('stepdown_unpriced_requests_total{alias="triage",route="local"} 1\n');
  await telemetry.close();
});

test('refusals are counted by code and leave no time behind; a full queue is no fault of a key', async () => {
  const { telemetry, lines } = open();
  telemetry.begin(facts).end(refused);
  telemetry.begin(facts).end({
    ...refused,
    alias: 'triage',
    status: 429,
    error: new AccessError(429, 'queue-full', 'Full', 'Try again.', 1),
  });
  const text = await telemetry.metrics();
  expect(text).toContain(
    'stepdown_requests_total{alias="unknown",route="none",reason="none",status="401"} 1\n',
  );
  expect(text).toContain('stepdown_key_rejections_total{code="key-unknown"} 1\n');
  expect(text).not.toContain('stepdown_key_rejections_total{code="queue-full"}');
  expect(text).toContain('stepdown_errors_total{code="queue-full"} 1\n');
  expect(text).not.toContain('stepdown_request_duration_seconds_count');
  await telemetry.close();
  expect(lines).toMatchObject([
    { level: 'info', status: 401, code: 'key-unknown' },
    { level: 'info', code: 'queue-full' },
  ]);
});

test('states of captures, engines, upstreams and rollouts are read when asked for', async () => {
  const { telemetry } = open();
  let waiting = 1;
  telemetry.watch({
    captures: () => ({ written: 10, failed: 4, lost: 1, waiting: 2, lastFailure: 'disk full' }),
    engines: () => [{ name: 'triage-135m', waiting, active: 4, sequences: 8 }],
  });
  telemetry.watch({
    upstreams: () => [{ name: 'cloud', available: false, state: 'open' }],
    rollouts: () => [
      {
        alias: 'triage',
        phase: 'rolled-back',
        agreement: {
          value: 0.9,
          low: 0.8,
          high: 0.95,
          n: 100,
          method: 'confidence-sequence',
          confidence: 0.95,
        },
      },
    ],
  });
  await telemetry.metrics();
  waiting = 7;
  telemetry.note({ kind: 'breaker', upstream: 'cloud', state: 'open' });
  telemetry.note({ kind: 'compared', alias: 'triage', agree: true });
  telemetry.note({ kind: 'feedback', rating: -1, corrected: true });
  const lines = (await telemetry.metrics()).split('\n');
  for (const line of [
    'stepdown_captures_written_total 10',
    'stepdown_captures_failed_total 4',
    'stepdown_captures_lost_total 1',
    'stepdown_captures_waiting 2',
    'stepdown_queue_waiting{engine="triage-135m"} 7',
    'stepdown_sequences_active{engine="triage-135m"} 4',
    'stepdown_upstream_up{upstream="cloud"} 0',
    'stepdown_upstream_breaker_state{upstream="cloud",state="open"} 1',
    'stepdown_upstream_breaker_state{upstream="cloud",state="closed"} 0',
    'stepdown_upstream_breaker_opened_total{upstream="cloud"} 1',
    'stepdown_rollout_phase{alias="triage",phase="rolled-back"} 1',
    'stepdown_agreement_ratio{alias="triage",bound="low"} 0.8',
    'stepdown_compared_answers_total{alias="triage",agree="yes"} 1',
    'stepdown_feedback_total{rating="bad",corrected="yes"} 1',
  ])
    expect(lines).toContain(line);
  expect(lines.some(line => /^process_resident_memory_bytes \d{7,}$/.test(line))).toBe(true);
  expect(lines.some(line => /^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/.test(line))).toBe(true);
  await telemetry.close();
});

test('a span follows the conventions for generative AI and continues the trace of the client', async () => {
  const spans: { name: string; parent: unknown; attributes: Attributes; status: unknown; ended: boolean }[] =
    [];
  const tracer = {
    startSpan(name: string, options: SpanOptions, context: { _currentContext: Map<unknown, unknown> }) {
      const record = {
        name,
        parent: [...context._currentContext.values()].map(value => (value as Span).spanContext()),
        attributes: { ...options.attributes },
        status: null as unknown,
        ended: false,
      };
      spans.push(record);
      return {
        spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }),
        updateName: (changed: string) => (record.name = changed),
        setAttributes: (more: Attributes) => Object.assign(record.attributes, more),
        setAttribute: (key: string, value: string) => (record.attributes[key] = value),
        setStatus: (status: unknown) => (record.status = status),
        end: () => (record.ended = true),
      };
    },
  } as unknown as Tracer;
  const { telemetry } = open({ tracing: { tracer, close: async () => undefined } });
  const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
  const watch = telemetry.begin({ ...facts, traceparent });
  expect(watch.traceparent).toBe(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);
  watch.end({ ...answered, stream: true });
  telemetry
    .begin({ ...facts, traceparent: 'nonsense' })
    .end({ ...refused, status: 502, error: new UpstreamError('upstream-timeout', 'Late', 'Wait.') });
  expect(spans[0]).toMatchObject({
    name: 'chat triage',
    parent: [{ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1, isRemote: true }],
    status: null,
    ended: true,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'stepdown',
      'gen_ai.request.model': 'triage',
      'gen_ai.request.stream': true,
      'gen_ai.response.model': 'triage-135m',
      'gen_ai.usage.input_tokens': 30,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 20,
      'gen_ai.response.time_to_first_chunk': 0.012,
      'http.response.status_code': 200,
      'stepdown.route': 'local',
    },
  });
  expect(spans[1]).toMatchObject({
    parent: [],
    status: { code: 2 },
    ended: true,
    attributes: { 'error.type': 'upstream-timeout' },
  });
  // What is not known is left out and never 0.
  expect(spans[1]!.attributes).not.toHaveProperty('gen_ai.usage.input_tokens');
  await telemetry.close();
});

test('lines say what happened, at the level of who has to act', async () => {
  const { telemetry, lines } = open();
  telemetry.begin(facts).end(answered);
  telemetry
    .begin(facts)
    .end({ ...answered, status: 502, error: new UpstreamError('upstream-gone', 'x', 'y') });
  telemetry.note({ kind: 'started', url: 'http://127.0.0.1:8080' });
  const because = 'failure: 12 of 20, the incumbent has 3 of 400';
  telemetry.note({ kind: 'rollout', alias: 'triage', phase: 'rolled-back', because });
  telemetry.note({ kind: 'failure', where: 'capture', error: new UpstreamError('disk-full', 'x', 'y') });
  await telemetry.close();
  expect(lines).toMatchObject([
    { level: 'debug', message: 'request', id: 'id-1', alias: 'triage', status: 200, latencyMs: 42 },
    { level: 'error', message: 'request', status: 502, code: 'upstream-gone' },
    { level: 'info', message: 'started', url: 'http://127.0.0.1:8080' },
    { level: 'error', message: 'rollout', alias: 'triage', phase: 'rolled-back', because },
    { level: 'error', message: 'failure', where: 'capture', code: 'disk-full' },
  ]);
});

test('agreement of specialist and large model is told with its interval also where no canary runs', async () => {
  const { telemetry } = open();
  expect(await telemetry.metrics()).not.toContain('stepdown_agreement_ratio{');
  for (let request = 0; request < 100; request++)
    telemetry.note({ kind: 'compared', alias: 'triage', agree: request % 10 > 0 });
  const text = await telemetry.metrics();
  const told = (bound: string) =>
    Number(
      new RegExp(`^stepdown_agreement_ratio\\{alias="triage",bound="${bound}"\\} (\\S+)$`, 'm').exec(
        text,
      )?.[1],
    );
  expect(told('value')).toBe(0.9);
  // Wilson's interval of 90 in 100.
  expect(told('low')).toBeCloseTo(0.8256343, 6);
  expect(told('high')).toBeCloseTo(0.9447709, 6);
  expect(text.match(/^# TYPE stepdown_agreement_ratio /gm)).toHaveLength(1);
  await telemetry.close();
});
