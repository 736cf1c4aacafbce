/**
 * What an object costs that begins with a spread and then gets fields of its own, beside the same fields written out:
 * nanoseconds an object, the last of three runs.
 *
 *   node bench/object-spread.mjs
 */
const objects = 300_000;

const end = () => ({ alias: 'x', keyId: null, status: 200, errorCode: null });
const makers = {
  'written out': at => ({
    alias: 'x',
    keyId: null,
    status: 200,
    errorCode: null,
    id: 'r',
    at,
    endpoint: '/v1/chat/completions',
    route: 'large',
    reason: null,
    messages: null,
    answer: 'a',
    confidence: null,
    servedBy: 'mock',
    stream: false,
    latencyMs: 1.5,
    promptTokens: 1,
    completionTokens: 1,
    cachedTokens: 0,
    costUsd: null,
  }),
  'spread of four, fifteen of its own': at => ({
    ...end(),
    id: 'r',
    at,
    endpoint: '/v1/chat/completions',
    route: 'large',
    reason: null,
    messages: null,
    answer: 'a',
    confidence: null,
    servedBy: 'mock',
    stream: false,
    latencyMs: 1.5,
    promptTokens: 1,
    completionTokens: 1,
    cachedTokens: 0,
    costUsd: null,
  }),
};
makers['spread of all, one of its own'] = at => ({ ...makers['written out'](at), error: null });
makers['spread of all, one replaced'] = at => ({ ...makers['written out'](at), alias: 'y' });

// Kept, so that no compiler leaves out an object that nobody looks at.
let kept = null;
for (const [name, make] of Object.entries(makers)) {
  let nanoseconds = 0;
  for (let run = 0; run < 3; run += 1) {
    const began = process.hrtime.bigint();
    for (let at = 0; at < objects; at += 1) kept = make(at);
    nanoseconds = Number(process.hrtime.bigint() - began) / objects;
  }
  console.log(`${name.padEnd(36)}${nanoseconds.toFixed(0).padStart(8)} ns`);
}
if (kept === null) throw new Error('no object was made');
