import { expect, test } from 'vitest';
import { UpstreamError } from '../../../core/errors/index.ts';
import { LogLines } from './log-lines.ts';
import { createTelemetry } from './telemetry.ts';

test('ten thousand made-up models, statuses, endpoints and codes make a few hundred lines', async () => {
  const telemetry = createTelemetry({
    names: { isAlias: () => false, isServer: () => false },
    lines: new LogLines('silent', (_, written) => written(null)),
    tracing: null,
    primary: null,
  });
  for (let k = 0; k < 10_000; k++)
    telemetry.begin({ id: `${k}`, endpoint: `/v1/${k}`, traceparent: null }).end({
      alias: `model-${k}`,
      route: 'large',
      reason: null,
      keyId: null,
      status: k,
      servedBy: `server-${k}`,
      stream: false,
      confidence: null,
      latencyMs: 1,
      firstTokenMs: null,
      promptTokens: null,
      completionTokens: null,
      cachedTokens: null,
      costUsd: null,
      error: new UpstreamError(`made-up-${k}`, '', ''),
    });
  const text = await telemetry.metrics();
  expect(text.split('\n').length).toBeLessThan(350);
  expect(text).toContain('stepdown_errors_total{code="other-error"}');
  await telemetry.close();
});
