import { join } from 'node:path';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { type FileLock, tryLock } from '../../../files/file-lock.ts';
import type { CaptureStore } from '../capture-store.ts';
import type { CapturesDatabase } from '../captures-database.ts';
import { listSegments, ownerLockFile, removeFile, type SegmentName } from '../journal/journal-files.ts';
import { readFrames, segmentRest } from '../journal/segment-reader.ts';
import type { Pace } from './indexing-pace.ts';

/** The segments that this process writes itself. */
export interface OwnJournal {
  readonly owner: string;
  /** Number of the segment that may still grow. */
  readonly sequence: number;
  released(bytes: number): void;
}

export interface IndexerOptions {
  readonly dir: string;
  readonly database: CapturesDatabase;
  readonly store: CaptureStore;
  /** Null in a process that writes no captures. */
  readonly own: OwnJournal | null;
  /** A segment ended in the middle of a frame: what a dying process, or a failing disk, had not finished. */
  readonly onTornSegment: (file: string, bytes: number) => void;
}

/** Bytes moved between two checkpoints of the database. */
const checkpointBytes = 8 << 20;
/** Bytes read at a time: each read costs a turn of the event loop, each byte time in which it is held. */
const gentlePieceBytes = 64 << 10;
const hurriedPieceBytes = 2 << 20;
/** From this share on the larger ones are read. */
const hurriedShare = 1 / 2;
const busyTries = 200;
const busyWaitMs = 50;

/**
 * Moves records from journal segments into the database. How far a segment has got is committed with its records,
 * and records are known by id, so it may be interrupted anywhere and several processes may do it at once. A segment
 * is removed when it can no longer grow and its records are durable in the database.
 */
export class CaptureIndexer {
  readonly #options: IndexerOptions;
  #running: Promise<void> | null = null;
  #again = false;
  #pace: Pace | null = null;
  #share = 1;
  #workedMs = 0;
  #heldSince = 0;
  #turnMs = 0;
  #sinceCheckpoint = 0;
  readonly #stop = new AbortController();

  constructor(options: IndexerOptions) {
    this.#options = options;
  }

  /**
   * Moves all that is durable in the journal now; a call during a run makes it look once more.
   * @param pace of moving this process's own segments, which may be put off; null moves all, also those of other
   *   processes, dead or alive, without a pause, and wins where both are asked for in one run
   */
  run(pace: Pace | null): Promise<void> {
    if (this.#running !== null) {
      this.#again = true;
      if (pace === null) this.#pace = null;
      return this.#running;
    }
    this.#pace = pace;
    this.#running = this.#runAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** The last run has left something for later, because requests came first. */
  get putOff(): boolean {
    return this.#share === 0;
  }

  /** Ends after the frames at hand. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running?.catch(() => {});
  }

  async #runAll(): Promise<void> {
    do {
      this.#again = false;
      if (!this.#mayWork()) continue;
      for (const [owner, segments] of byOwner(await listSegments(this.#options.dir))) {
        // To look whether the others are alive is not for while requests come.
        if (this.#pace !== null && owner !== this.#options.own?.owner) continue;
        await this.#runOwner(owner, segments);
      }
    } while (this.#again && !this.#stop.signal.aborted);
  }

  async #runOwner(owner: string, segments: readonly SegmentName[]): Promise<void> {
    const { dir, own } = this.#options;
    const isOwn = owner === own?.owner;
    // Whoever can take an owner's lock knows that it is dead: nothing of it grows any more.
    const lock: FileLock | null = isOwn ? null : await tryLock(ownerLockFile(dir, owner));
    try {
      const last = isOwn ? own.sequence : (segments.at(-1)?.sequence ?? 0);
      for (const segment of segments) {
        if (this.#stop.signal.aborted || this.putOff) return;
        await this.#runSegment(segment, lock !== null || segment.sequence < last);
      }
      if (lock !== null) await removeFile(ownerLockFile(dir, owner));
    } finally {
      lock?.release();
    }
  }

  async #runSegment({ file, owner }: SegmentName, complete: boolean): Promise<void> {
    const { dir, store, database, own, onTornSegment } = this.#options;
    const path = join(dir, file);
    const start = await whenFree(() => store.indexedBytes(file));
    let end = start;
    for await (const frame of readFrames(path, start, () =>
      this.#share < hurriedShare ? gentlePieceBytes : hurriedPieceBytes,
    )) {
      this.#workedMs = 0;
      this.#heldSince = performance.now();
      await whenFree(() => store.add(frame.records, { segment: file, bytes: frame.end }, this.#pause));
      this.#sinceCheckpoint += frame.end - end;
      end = frame.end;
      if (this.#sinceCheckpoint > checkpointBytes) await this.#checkpoint();
      if (!(await this.#rest()) || this.#stop.signal.aborted) return;
    }
    if (!complete) return;
    const rest = await segmentRest(path, end);
    if (rest === null) return;
    if (rest.unfinished > 0) onTornSegment(file, rest.unfinished);
    await database.makeDurable();
    await removeFile(path);
    await whenFree(() => store.forgetSegment(file));
    if (owner === own?.owner) own.released(rest.size);
  }

  /** Lets other work of the event loop in, once it was held for the share of the turn that this work took last. */
  readonly #pause = async (): Promise<void> => {
    const paused = performance.now();
    const heldMs = paused - this.#heldSince;
    if (heldMs < this.#turnMs * this.#share) return;
    this.#workedMs += heldMs;
    await setImmediate();
    this.#heldSince = performance.now();
    this.#turnMs = this.#heldSince - paused;
  };

  #mayWork(): boolean {
    this.#share = this.#pace?.share() ?? 1;
    return this.#share > 0;
  }

  /** Requests come first: they get the rest of the time. False where they need all of it. */
  async #rest(): Promise<boolean> {
    const workedMs = this.#workedMs + performance.now() - this.#heldSince;
    this.#pace?.worked(workedMs);
    if (!this.#mayWork()) return false;
    if (this.#share < 1) {
      const { signal } = this.#stop;
      await wait(workedMs / this.#share - workedMs, undefined, { signal, ref: false }).catch(() => {});
    }
    return true;
  }

  async #checkpoint(): Promise<void> {
    this.#sinceCheckpoint = 0;
    // Another process may be at it, or may be reading: the next one will do.
    await this.#options.database.checkpoint().catch(() => {});
  }
}

/** Tries again while another process writes; waiting is the event loop's, not SQLite's. */
async function whenFree<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const busy = String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
      if (!busy || tries === busyTries) throw error;
      await wait(busyWaitMs);
    }
  }
}

function byOwner(segments: readonly SegmentName[]): Map<string, SegmentName[]> {
  const groups = new Map<string, SegmentName[]>();
  for (const segment of segments) {
    const group = groups.get(segment.owner);
    if (group === undefined) groups.set(segment.owner, [segment]);
    else group.push(segment);
  }
  return groups;
}
