/** A capture whose whole content follows from its id: half of one, or a mixture of two, is seen. */
export function captureOf(id) {
  const number = Number.parseInt(id.slice(-6), 36) || 1;
  return {
    id,
    at: 1_700_000_000_000 + number,
    alias: 'triage',
    endpoint: '/v1/chat/completions',
    route: 'local',
    reason: null,
    keyId: null,
    status: 200,
    errorCode: null,
    messages: [{ role: 'user', content: `${id} pump é ${'x'.repeat(number % 3_000)} end` }],
    cutOff: false,
    answer: `answer of ${id}`,
    localAnswer: null,
    largeAnswer: null,
    confidence: 0.5,
    servedBy: 'fault-triage',
    stream: false,
    latencyMs: 1,
    firstTokenMs: null,
    promptTokens: 1,
    completionTokens: 1,
    cachedTokens: 0,
    costUsd: null,
  };
}
