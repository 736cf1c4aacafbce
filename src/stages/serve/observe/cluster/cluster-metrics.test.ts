import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { exposition } from '../metrics/exposition.ts';
import { families } from '../metrics/families.ts';
import { Cells, type FamilySnapshot, Histograms, mergeSnapshots } from '../metrics/series.ts';
import { joinMetricsExchange, MetricsExchange, type MetricsPeer } from './cluster-metrics.ts';

/** Two ends of a channel; messages travel as JSON, like those between processes. */
function channel(id: number) {
  const [toWorker, toPrimary] = [new EventEmitter(), new EventEmitter()];
  let open = true;
  const peer = (out: EventEmitter, into: EventEmitter): MetricsPeer => ({
    id,
    send(message) {
      if (!open) throw new Error('closed');
      const text = JSON.stringify(message);
      queueMicrotask(() => out.emit('message', JSON.parse(text)));
    },
    onMessage: listener => into.on('message', listener),
    onExit: listener => into.on('exit', listener),
  });
  return {
    worker: peer(toWorker, toPrimary),
    primary: peer(toPrimary, toWorker),
    /** The worker hears nothing from now on. */
    busy: () => toWorker.removeAllListeners('message'),
    end() {
      open = false;
      toPrimary.emit('exit');
    },
  };
}

/** A process that has counted `requests` and takes `memory`. */
function processOf(requests: number, memory: number): () => FamilySnapshot[] {
  const [counted, resident, up] = [
    new Cells(families.keyRejections),
    new Cells(families.residentMemory),
    new Cells(families.upstreamUp),
  ];
  const times = new Histograms(families.duration);
  counted.at('key-unknown').value = requests;
  resident.at().value = memory;
  up.at('cloud').value = requests > 5 ? 0 : 1;
  times.at('triage', 'local').observe(requests);
  return () => [counted.snapshot(), resident.snapshot(), up.snapshot(), times.snapshot()];
}

const text = async (gather: () => Promise<FamilySnapshot[][]>) => exposition(mergeSnapshots(await gather()));

test('any worker answers with the metrics of all: counters and memory add up, the worst upstream state counts', async () => {
  const exchange = new MetricsExchange();
  const [first, second] = [channel(1), channel(2)];
  exchange.add(first.worker);
  exchange.add(second.worker);
  const gathers = [
    joinMetricsExchange(first.primary, processOf(3, 100)),
    joinMetricsExchange(second.primary, processOf(10, 50)),
  ];
  for (const gather of gathers) {
    const all = await text(gather);
    expect(all).toContain('stepdown_key_rejections_total{code="key-unknown"} 13\n');
    expect(all).toContain('process_resident_memory_bytes 150\n');
    expect(all).toContain('stepdown_upstream_up{upstream="cloud"} 0\n');
    expect(all).toContain('stepdown_request_duration_seconds_count{alias="triage",route="local"} 2\n');
    expect(all).toContain(
      'stepdown_request_duration_seconds_bucket{alias="triage",route="local",le="5"} 1\n',
    );
  }
});

/** Two workers that have told what they counted once; what the first is asked gathers both. */
async function twoWorkers() {
  const exchange = new MetricsExchange();
  const [first, second] = [channel(1), channel(2)];
  exchange.add(first.worker);
  exchange.add(second.worker);
  const gather = joinMetricsExchange(first.primary, processOf(3, 100));
  joinMetricsExchange(second.primary, processOf(10, 50));
  await gather();
  return { gather, second };
}

test('what an ended worker had counted stays in the sum; its memory does not', async () => {
  const { gather, second } = await twoWorkers();
  second.end();
  const all = await text(gather);
  expect(all).toContain('stepdown_key_rejections_total{code="key-unknown"} 13\n');
  expect(all).toContain('process_resident_memory_bytes 100\n');
});

test('a worker that does not answer is left out after a second, and scraping goes on', async () => {
  vi.useFakeTimers();
  try {
    const exchange = new MetricsExchange();
    const [first, silent] = [channel(1), channel(2)];
    exchange.add(first.worker);
    exchange.add(silent.worker);
    const answer = text(joinMetricsExchange(first.primary, processOf(3, 100)));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await answer).toContain('process_resident_memory_bytes 100\n');
  } finally {
    vi.useRealTimers();
  }
});

test('what a worker had counted that is too busy to answer stays in the sum; its memory does not', async () => {
  const { gather, second } = await twoWorkers();
  second.busy();
  vi.useFakeTimers();
  try {
    const answer = text(gather);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await answer).toContain('stepdown_key_rejections_total{code="key-unknown"} 13\n');
    expect(await answer).toContain('process_resident_memory_bytes 100\n');
  } finally {
    vi.useRealTimers();
  }
});

test('a worker whose primary is gone tells its own', async () => {
  const alone = channel(1);
  const gather = joinMetricsExchange(alone.primary, processOf(3, 100));
  alone.end();
  expect(await text(gather)).toContain('process_resident_memory_bytes 100\n');
});

test('messages of others on the same channel are left alone', async () => {
  const exchange = new MetricsExchange();
  const { worker, primary } = channel(1);
  exchange.add(worker);
  const gather = joinMetricsExchange(primary, processOf(1, 1));
  for (const noise of ['hello', null, 7, { type: 'other' }])
    for (const peer of [worker, primary]) peer.send(noise as never);
  expect(await text(gather)).toContain('process_resident_memory_bytes 1\n');
});
