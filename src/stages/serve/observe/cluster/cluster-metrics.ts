import { type FamilySnapshot, mergeSnapshots } from '../metrics/series.ts';

/** Messages between the processes of one gateway. */
type Message =
  /** Worker to primary: I was asked for metrics. Primary to worker: tell yours. */
  | { readonly stepdown: 'metrics-wanted'; readonly id: number }
  /** Worker to primary: mine. Primary to worker: everybody's. */
  | { readonly stepdown: 'metrics'; readonly id: number; readonly snapshots: readonly FamilySnapshot[][] };

/** The other end of a process: `process` in a worker, a `cluster.Worker` in the primary. */
export interface MetricsPeer {
  readonly id: number;
  /** False or throwing where the process is gone. */
  send(message: Message): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: () => void): void;
}

/** Longest wait for one process, in milliseconds; after that its counters stand as they last were. */
const answerMs = 1000;

/**
 * In the primary: answers each worker's question with the metrics of all workers. Counters of workers that have
 * ended, or are too busy to answer, stay in the sum as they last were: a sum that falls would look like a reset to
 * Prometheus, which then counts everything since the start once more.
 */
export class MetricsExchange {
  readonly #peers = new Map<number, MetricsPeer>();
  readonly #last = new Map<number, FamilySnapshot[]>();
  #ended: FamilySnapshot[] = [];
  readonly #questions = new Map<number, (from: number, snapshot: FamilySnapshot[]) => void>();
  #nextId = 0;

  add(peer: MetricsPeer): void {
    this.#peers.set(peer.id, peer);
    peer.onMessage(message => {
      if (!isMessage(message)) return;
      if (message.stepdown === 'metrics')
        this.#questions.get(message.id)?.(peer.id, message.snapshots[0] ?? []);
      else
        void this.gather().then(snapshots => send(peer, { stepdown: 'metrics', id: message.id, snapshots }));
    });
    peer.onExit(() => {
      this.#peers.delete(peer.id);
      const last = this.#last.get(peer.id);
      this.#last.delete(peer.id);
      if (last !== undefined) this.#ended = mergeSnapshots([this.#ended, countersOf(last)]);
    });
  }

  /** Series of all workers, each process its own list. */
  async gather(): Promise<FamilySnapshot[][]> {
    const id = this.#nextId++;
    const answers = new Map<number, FamilySnapshot[]>();
    const asked = new Set(this.#peers.keys());
    await new Promise<void>(done => {
      const timer = setTimeout(done, answerMs);
      const finishIfAll = () => {
        if ([...asked].some(peer => this.#peers.has(peer) && !answers.has(peer))) return;
        clearTimeout(timer);
        done();
      };
      this.#questions.set(id, (from, snapshot) => {
        answers.set(from, snapshot);
        this.#last.set(from, snapshot);
        finishIfAll();
      });
      for (const peer of this.#peers.values()) send(peer, { stepdown: 'metrics-wanted', id });
      finishIfAll();
    });
    this.#questions.delete(id);
    const silent = [...this.#peers.keys()].filter(peer => asked.has(peer) && !answers.has(peer));
    const lastCounters = silent.map(peer => countersOf(this.#last.get(peer) ?? []));
    return [...answers.values(), ...lastCounters, this.#ended];
  }
}

/**
 * In a worker: tells the primary this process's metrics when asked, and gives a function that fetches everybody's.
 * Where the primary does not answer, this process's own are all there is.
 */
export function joinMetricsExchange(
  primary: MetricsPeer,
  snapshot: () => FamilySnapshot[],
): () => Promise<FamilySnapshot[][]> {
  const waiting = new Map<number, (snapshots: FamilySnapshot[][]) => void>();
  let nextId = 0;
  primary.onMessage(message => {
    if (!isMessage(message)) return;
    if (message.stepdown === 'metrics') waiting.get(message.id)?.([...message.snapshots]);
    else send(primary, { stepdown: 'metrics', id: message.id, snapshots: [snapshot()] });
  });
  return async () => {
    const id = nextId++;
    const answer = await new Promise<FamilySnapshot[][] | null>(done => {
      // Longer than the primary waits for its slowest worker.
      const timer = setTimeout(done, 2 * answerMs, null);
      waiting.set(id, all => {
        clearTimeout(timer);
        done(all);
      });
      if (send(primary, { stepdown: 'metrics-wanted', id })) return;
      clearTimeout(timer);
      done(null);
    });
    waiting.delete(id);
    return answer ?? [snapshot()];
  };
}

/** What only ever rises: of a moment that has passed, nothing else is true any more. */
function countersOf(snapshots: readonly FamilySnapshot[]): FamilySnapshot[] {
  return snapshots.filter(({ family }) => family.type !== 'gauge');
}

function send(peer: MetricsPeer, message: Message): boolean {
  try {
    peer.send(message);
    return true;
  } catch {
    // The process has just ended; its exit is handled where it is told.
    return false;
  }
}

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'stepdown' in message;
