import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { PrerequisiteError } from '../../../core/errors/index.ts';
import { MetricsExchange, workerPeer } from '../../../stages/serve/observe/index.ts';
import type { GatewayReady } from '../../app.ts';
import { type FromWorker, isFromWorker, type ToWorker } from './worker-messages.ts';

/** A worker that dies sooner is not replaced at once: it would only die again. */
const shortLifeMs = 5_000;

export interface WorkersOptions {
  readonly count: number;
  readonly signal: AbortSignal;
  readonly onReady: (ready: GatewayReady) => void;
  /** Told of each worker that died and is replaced. */
  readonly onReplaced: (failure: PrerequisiteError) => void;
  /** Arguments of the command line of a worker, which name the same port for all. */
  readonly argv: readonly string[];
}

/**
 * Runs a gateway in several processes that listen on one port. The others follow the first, so that what is wrong is
 * told once. One that dies is replaced; a reload reaches all of them.
 * @throws PrerequisiteError `worker-failed` where the first does not start
 */
export async function runWorkers(options: WorkersOptions): Promise<void> {
  const metrics = new MetricsExchange();
  /** Every worker, with what resolves once it answers requests. */
  const workers = new Map<Worker, Promise<GatewayReady>>();
  const timers = new Set<NodeJS.Timeout>();
  let ready: GatewayReady | null = null;

  const start = (): Promise<GatewayReady> => {
    const worker = cluster.fork();
    const began = performance.now();
    const answering = whenReady(worker);
    answering.catch(() => {});
    workers.set(worker, answering);
    metrics.add(workerPeer(worker));
    worker.on('message', (message: unknown) => {
      if (isFromWorker(message) && message.gateway === 'reload') void answerReload(worker, message);
    });
    worker.on('exit', code => {
      workers.delete(worker);
      if (options.signal.aborted || ready === null) return;
      options.onReplaced(workerFailed(code));
      const pause = performance.now() - began < shortLifeMs ? 1_000 : 0;
      const timer = setTimeout(() => {
        timers.delete(timer);
        void start();
      }, pause);
      timers.add(timer);
    });
    return answering;
  };

  /** Reloads every worker; the one that was asked answers when all have. */
  const reloadAll = async (): Promise<FromWorker & { gateway: 'reloaded' }> => {
    const answers = await Promise.all(
      [...workers].map(async ([worker, answering]) => {
        // One that is still starting may have read the configuration before it changed.
        await answering.catch(() => {});
        return askReload(worker);
      }),
    );
    return (
      answers.find(({ error }) => error !== null) ??
      answers.find(({ aliases }) => aliases.length > 0) ??
      answers[0]!
    );
  };
  const answerReload = async (worker: Worker, { id }: { readonly id: number }) => {
    const { aliases, error } = await reloadAll();
    send(worker, { gateway: 'reload-answer', id, aliases, error });
  };
  const onHangUp = () => void reloadAll();

  // What a worker prints is for people: standard output has the one line of the primary process.
  const stdio = ['ignore', 2, 2, 'ipc'];
  cluster.setupPrimary({ args: [...options.argv], stdio });
  ready = await start();
  await Promise.all(Array.from({ length: options.count - 1 }, start));
  process.on('SIGHUP', onHangUp);
  options.onReady(ready);

  if (!options.signal.aborted) await once(options.signal, 'abort');
  process.off('SIGHUP', onHangUp);
  for (const timer of timers) clearTimeout(timer);
  await Promise.all(
    [...workers.keys()].map(async worker => {
      const ended = once(worker, 'exit');
      send(worker, { gateway: 'stop' });
      await ended;
    }),
  );
}

/** @throws PrerequisiteError `worker-failed` */
function whenReady(worker: Worker): Promise<GatewayReady> {
  return new Promise((resolve, reject) => {
    worker.once('exit', code => reject(workerFailed(code)));
    worker.on('message', (message: unknown) => {
      if (isFromWorker(message) && message.gateway === 'ready') resolve(message.ready);
    });
  });
}

let lastId = 0;

function askReload(worker: Worker): Promise<FromWorker & { gateway: 'reloaded' }> {
  lastId += 1;
  const id = lastId;
  return new Promise(resolve => {
    const end = (answer: FromWorker & { gateway: 'reloaded' }) => {
      worker.off('message', listen);
      worker.off('exit', gone);
      resolve(answer);
    };
    const listen = (message: unknown) => {
      if (isFromWorker(message) && message.gateway === 'reloaded' && message.id === id) end(message);
    };
    // One that has ended reads the new configuration when its successor starts.
    const gone = () => end({ gateway: 'reloaded', id, aliases: [], error: null });
    worker.on('message', listen);
    worker.on('exit', gone);
    if (worker.isDead()) return gone();
    send(worker, { gateway: 'reload-now', id });
  });
}

function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}

function workerFailed(code: number | null): PrerequisiteError {
  return new PrerequisiteError(
    'worker-failed',
    `A worker process ended with ${code ?? 'a signal'}`,
    'Read what it said above; run `stepdown serve` without --workers to see it alone.',
  );
}
