/**
 * What capturing costs: appends a second with 1, 8 and 64 requests at once in both modes, redaction a second, and
 * how long the event loop was held at most.
 *
 *   node bench/captures.mjs [--seconds 3] [--folder <on the disk to measure>] [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

register('../scripts/typescript-loader.mjs', import.meta.url);
const { openCaptureLog } = await import('../src/store/captures/capture-log.ts');
const { openCapturesFile } = await import('../src/store/captures/captures-database.ts');
const { createRedactor } = await import('../src/redaction/redactor.ts');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    folder: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const text = `On 12.05.2024 pump 4711-08 stopped: seal leaking, see mail of j.doe@example.com (+49 30 1234567). ${'The motor runs hot. '.repeat(40)}`;

const captureOf = id => ({
  id,
  at: Date.now(),
  alias: 'triage',
  endpoint: '/v1/chat/completions',
  route: 'local',
  reason: null,
  keyId: null,
  status: 200,
  errorCode: null,
  messages: [{ role: 'user', content: text }],
  answer: 'Leaking',
  cutOff: false,
  localAnswer: null,
  largeAnswer: null,
  confidence: 0.9,
  servedBy: 'fault-triage',
  stream: false,
  latencyMs: 12,
  firstTokenMs: null,
  promptTokens: 200,
  completionTokens: 3,
  cachedTokens: 0,
  costUsd: null,
});

async function appends(mode, clients) {
  const folder = mkdtempSync(join(values.folder, 'bench-captures-'));
  try {
    const log = await openCaptureLog({
      dir: join(folder, 'journal'),
      database: await openCapturesFile(join(folder, 'captures.db')),
      mode,
      windowMs: 50,
      maxBytes: 2 ** 40,
      tell: sentence => process.stderr.write(`${sentence}\n`),
    });
    let count = 0;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const cpu = process.cpuUsage();
    const began = performance.now();
    const end = began + seconds * 1_000;
    const client = async name => {
      for (let number = 0; performance.now() < end; number += 1) {
        await log.append(captureOf(`${name}-${number}`));
        count += 1;
        // A request takes at least a turn of the event loop; without it batched appends would never let go of it.
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, index) => client(`c${index}`)));
    const elapsed = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    delay.disable();
    await log.close();
    return {
      mode,
      clients,
      appendsPerSecond: count / elapsed,
      cpuMicrosecondsPerAppend: (user + system) / count,
      eventLoopDelayMs: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function redaction() {
  const redactor = createRedactor();
  const began = process.cpuUsage();
  let count = 0;
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; count += 1) {
    redactor.begin()(text);
  }
  const { user, system } = process.cpuUsage(began);
  const cpuSeconds = (user + system) / 1e6;
  return {
    characters: text.length,
    cpuMicrosecondsPerText: (cpuSeconds * 1e6) / count,
    megabytesPerCpuSecond: (text.length * count) / cpuSeconds / 1e6,
  };
}

const results = [];
for (const mode of ['synchronous', 'batched']) {
  for (const clients of [1, 8, 64]) results.push(await appends(mode, clients));
}
const result = { node: process.version, seconds, appends: results, redaction: redaction() };
if (values.json) console.log(JSON.stringify(result));
else {
  for (const { mode, clients, appendsPerSecond, cpuMicrosecondsPerAppend, eventLoopDelayMs } of results) {
    console.log(
      `${mode.padEnd(12)} ${String(clients).padStart(3)} at once  ${appendsPerSecond.toFixed(0).padStart(7)}/s  ${cpuMicrosecondsPerAppend.toFixed(0).padStart(5)} µs CPU  loop p99 ${eventLoopDelayMs.p99.toFixed(1)} ms, max ${eventLoopDelayMs.max.toFixed(1)} ms`,
    );
  }
  const { characters, cpuMicrosecondsPerText, megabytesPerCpuSecond } = result.redaction;
  console.log(
    `redaction    ${characters} characters in ${cpuMicrosecondsPerText.toFixed(0)} µs CPU, ${megabytesPerCpuSecond.toFixed(1)} MB/s`,
  );
}
