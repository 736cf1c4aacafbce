/**
 * The load generator, a process of its own so that it can be pinned: one job as a JSON line on standard input, its
 * result as a JSON line on standard output, until the input ends.
 */
import { createInterface } from 'node:readline';
import { Connection, requestBytes } from './connection.mjs';

const path = '/v1/chat/completions';
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

function bodyOf(job, more = {}) {
  const messages = [
    { role: 'system', content: 'Name the fault of the machine in one sentence.' },
    { role: 'user', content: job.bytes ? 'x'.repeat(job.bytes) : 'Oil below the pump, pressure falls.' },
  ];
  return { model: job.model, messages, ...more };
}

/** Clients that ask one request after the other for `durationMs`; what came in the first `warmUpMs` is not counted. */
async function closedLoop(job) {
  const streamed = job.kind === 'first-token';
  const request = requestBytes(
    job.url,
    path,
    job.headers,
    bodyOf(job, streamed ? { stream: true, max_tokens: 3, seed: 1 } : {}),
  );
  const times = [];
  let failed = 0;
  let requests = 0;
  const from = performance.now() + job.warmUpMs;
  const until = from + job.durationMs;
  const client = async () => {
    const connection = new Connection(job.url);
    for (let began = performance.now(); began < until; began = performance.now()) {
      try {
        const { status, text, firstMs } = await connection.send(request);
        requests += 1;
        const right = status === 200 && text.includes(streamed ? '[DONE]' : 'The seal of the pump leaks.');
        if (!right) failed += 1;
        else if (began >= from) times.push((streamed ? firstMs : performance.now()) - began);
      } catch {
        failed += 1;
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: job.concurrency }, client));
  times.sort((a, b) => a - b);
  return {
    perSecond: (times.length / (performance.now() - from)) * 1000,
    medianMs: quantile(times, 0.5) ?? null,
    p99Ms: quantile(times, 0.99) ?? null,
    failed,
    requests,
  };
}

/** Requests that are all open at the same time: each is answered `holdMs` after it came. */
async function burst(job) {
  const request = requestBytes(job.url, path, job.headers, bodyOf(job, { seed: job.holdMs }));
  const one = async () => {
    const connection = new Connection(job.url);
    try {
      return (await connection.send(request)).status === 200;
    } catch {
      return false;
    } finally {
      connection.close();
    }
  };
  const answers = await Promise.all(Array.from({ length: job.requests }, one));
  return { failed: answers.filter(right => !right).length };
}

/** Streams that are all open at the same time; each event's number must follow the one before. */
async function streams(job) {
  const { requests, events, pauseMs } = job;
  const more = { stream: true, max_tokens: events, seed: pauseMs };
  const request = requestBytes(job.url, path, job.headers, bodyOf(job, more));
  const expected = Array.from({ length: events }, (_, index) => String(index)).join(' ');
  const one = async () => {
    const connection = new Connection(job.url);
    try {
      const { text } = await connection.send(request);
      const contents = [...text.matchAll(/"content":"(\d+) "/g)].map(([, number]) => number).join(' ');
      return contents === expected && text.includes('[DONE]');
    } catch {
      return false;
    } finally {
      connection.close();
    }
  };
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: requests }, one));
  return { failed: answers.filter(right => !right).length, seconds: (performance.now() - began) / 1000 };
}

const kinds = { whole: closedLoop, 'first-token': closedLoop, burst, streams };
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await kinds[job.kind](job))}\n`);
}
