import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type FileLock, tryLock } from '../../files/file-lock.ts';
import type { CaptureStore } from './capture-store.ts';
import type { CapturesDatabase } from './captures-database.ts';
import { listSegments, ownerLockFile, removeFile, type SegmentName } from './journal-files.ts';
import { readFrames } from './segment-reader.ts';

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
  #share = 1;
  #sinceCheckpoint = 0;
  readonly #stop = new AbortController();

  constructor(options: IndexerOptions) {
    this.#options = options;
  }

  /**
   * Moves all that is durable in the journal now; a call during a run makes it look once more.
   * @param share of the time that may be spent working, above 0 to 1; the largest of a run counts. Below 1 only
   *   this process's own segments are moved, at 1 also those of others, dead or alive
   */
  run(share: number): Promise<void> {
    if (this.#running !== null) {
      this.#again = true;
      this.#share = Math.max(this.#share, share);
      return this.#running;
    }
    this.#share = share;
    this.#running = this.#runAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Ends after the frames at hand. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running?.catch(() => {});
  }

  async #runAll(): Promise<void> {
    do {
      this.#again = false;
      for (const [owner, segments] of byOwner(await listSegments(this.#options.dir))) {
        // To look whether the others are alive is not for while requests come.
        if (this.#share < 1 && owner !== this.#options.own?.owner) continue;
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
        if (this.#stop.signal.aborted) return;
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
    for await (const frame of readFrames(path, start)) {
      const began = performance.now();
      await whenFree(() => store.add(frame.records, { segment: file, bytes: frame.end }));
      this.#sinceCheckpoint += frame.end - end;
      end = frame.end;
      if (this.#sinceCheckpoint > checkpointBytes) await this.#checkpoint();
      if (this.#stop.signal.aborted) return;
      await this.#rest(performance.now() - began);
    }
    if (!complete) return;
    const size = await stat(path).then(
      info => info.size,
      () => null,
    );
    if (size === null) return;
    if (size > end) onTornSegment(file, size - end);
    await database.makeDurable();
    await removeFile(path);
    await whenFree(() => store.forgetSegment(file));
    if (owner === own?.owner) own.released(size);
  }

  /** Requests come first: they get the rest of the time. */
  async #rest(workedMs: number): Promise<void> {
    if (this.#share === 1) return;
    const { signal } = this.#stop;
    await wait(workedMs / this.#share - workedMs, undefined, { signal, ref: false }).catch(() => {});
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
