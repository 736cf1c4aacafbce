import type { Worker } from 'node:cluster';
import type { MetricsPeer } from './cluster-metrics.ts';

/** A failed send has its own event, the end of the process; the callback keeps it from being thrown. */
const ignore = () => undefined;

/** The primary process, as a worker sees it. */
export function primaryPeer(): MetricsPeer {
  return {
    id: 0,
    send: message => {
      if (!process.connected) throw new Error('the primary process has ended');
      process.send?.(message, undefined, {}, ignore);
    },
    onMessage: listener => process.on('message', listener),
    onExit: listener => process.once('disconnect', listener),
  };
}

/** A worker, as the primary sees it. */
export function workerPeer(worker: Worker): MetricsPeer {
  return {
    id: worker.id,
    send: message => {
      if (!worker.isConnected()) throw new Error('the worker has ended');
      worker.send(message, undefined, {}, ignore);
    },
    onMessage: listener => worker.on('message', listener),
    onExit: listener => worker.once('exit', listener),
  };
}
