import { dirname, join } from 'node:path';
import { type JournalFiles, segmentFile } from './journal-files.ts';
import { frameHeaderBytes, type JournalRecord, recordLine } from './journal-frames.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type Frame, WaitingFrames } from './waiting-frames.ts';

export interface JournalOptions {
  readonly dir: string;
  /** Lower-case hex; no other process ever uses the same. */
  readonly owner: string;
  readonly mode: 'synchronous' | 'batched';
  /** Longest time a batched record waits before it is written, in milliseconds. */
  readonly windowMs: number;
  /** A segment that has grown this large is closed and the next one begun. */
  readonly segmentBytes: number;
  /** Most bytes that may wait in memory; records beyond it are given up. */
  readonly maxWaitingBytes: number;
  /** Most bytes of segments on disk that are not in the database yet; beyond it nothing more is written. */
  readonly maxDiskBytes: number;
  readonly files: JournalFiles;
  /** @param failure what the system said; never any content of a record */
  readonly onFailure: (failure: string) => void;
  /** Everything that waited is written. */
  readonly onRecovery: () => void;
}

interface Waiters {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

const done = Promise.resolve();
const firstRetryMs = 100;
const longestRetryMs = 5_000;

/**
 * Appends records to segment files of this process, with group commit: all records that come while one commit is
 * on its way to the disk share the next. A write or sync that fails is never repeated on the same file, whose
 * state is then unknown (after a failed fsync the kernel may call dirty pages clean): the records go into a new one.
 * @see https://wiki.postgresql.org/wiki/Fsync_Errors
 */
export class CaptureJournal {
  readonly #options: JournalOptions;
  readonly #waiting = new WaitingFrames();
  #waitingBytes = 0;
  #committing = 0;
  #waiters: Waiters | null = null;
  #commit: Promise<void> = done;
  #busy = false;
  #timer: NodeJS.Timeout | null = null;
  #starting = false;
  #segment: SegmentWriter | null = null;
  #sequence = 0;
  #diskBytes = 0;
  #failures = 0;
  #written = 0;
  #failed = 0;
  #lost = 0;
  #lastFailure: string | null = null;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Resolves once the record is as durable as the mode promises, or could not be made so; never rejects. */
  append(record: JournalRecord): Promise<void> {
    const line = recordLine(record);
    if (this.#waitingBytes + line.length > this.#options.maxWaitingBytes) {
      this.#failed += 1;
      this.#lost += 1;
      this.#options.onFailure(this.#lastFailure ?? 'the disk takes them slower than they come');
      return done;
    }
    this.#waitingBytes += this.#waiting.add(line);
    if (this.#failures > 0) {
      // A disk that is full must not hold up traffic: it is tried again by the clock, not by each request.
      this.#failed += 1;
      return done;
    }
    if (this.#options.mode === 'batched') {
      this.#timer ??= setTimeout(() => this.#start(), this.#options.windowMs);
      return done;
    }
    this.#waiters ??= newWaiters();
    const { promise } = this.#waiters;
    if (!this.#busy && !this.#starting) {
      this.#starting = true;
      // Not at once, so that the requests that end in this turn of the event loop share the commit.
      setImmediate(() => this.#start());
    }
    return promise;
  }

  get state() {
    return {
      written: this.#written,
      failed: this.#failed,
      lost: this.#lost,
      waiting: this.#waiting.records + this.#committing,
      lastFailure: this.#lastFailure,
    };
  }

  get owner(): string {
    return this.#options.owner;
  }

  /** The number of the newest segment, which may still grow; those below it are complete. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Bytes of this process's segments that are still there. */
  get diskBytes(): number {
    return this.#diskBytes;
  }

  /** Bytes of this process's segments were moved into the database and removed. */
  released(bytes: number): void {
    this.#diskBytes = Math.max(0, this.#diskBytes - bytes);
  }

  /** Writes what waits, now. One try: what cannot be written stays waiting. */
  async flush(): Promise<void> {
    await this.#commit;
    this.#start();
    await this.#commit;
  }

  async close(): Promise<void> {
    await this.flush();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#endSegment().catch(() => {});
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#starting = false;
    if (this.#busy) return;
    this.#busy = true;
    this.#commit = this.#commitAll();
  }

  async #commitAll(): Promise<void> {
    // Records that arrive during a commit are taken up by the next turn of this loop.
    while (this.#waiting.records > 0) {
      const waiters = this.#waiters;
      this.#waiters = null;
      const written = await this.#commitWaiting();
      waiters?.resolve();
      if (!written) {
        (this.#waiters as Waiters | null)?.resolve();
        this.#waiters = null;
        break;
      }
      if (this.#options.mode === 'batched' && this.#waiting.records > 0) {
        this.#timer ??= setTimeout(() => this.#start(), this.#options.windowMs);
        break;
      }
    }
    this.#busy = false;
  }

  /** False where it failed: the records then wait again. */
  async #commitWaiting(): Promise<boolean> {
    const frames = this.#waiting.take();
    this.#committing = sumOf(frames, frame => frame.records);
    try {
      await this.#write(frames);
    } catch (error) {
      this.#waiting.putBack(frames);
      this.#committing = 0;
      this.#fail(error, this.#waiting.records);
      return false;
    }
    this.#written += this.#committing;
    this.#committing = 0;
    this.#waitingBytes -= sumOf(frames, frame => frame.bytes.length - frameHeaderBytes);
    this.#waiting.reuse(frames);
    if (this.#failures > 0) {
      this.#failures = 0;
      this.#options.onRecovery();
    }
    return true;
  }

  async #write(frames: readonly Frame[]): Promise<void> {
    if (this.#diskBytes > this.#options.maxDiskBytes) {
      throw new Error(`${this.#diskBytes} bytes of captures wait for the database, which takes none`);
    }
    const { dir, files, owner, segmentBytes } = this.#options;
    try {
      if (this.#segment === null) {
        await files.makeFolder(dir);
        // A folder that was made just now is itself a name that a power cut can take.
        if (this.#sequence === 0) await files.syncFolder(dirname(dir));
        this.#sequence += 1;
        this.#segment = new SegmentWriter(await files.create(join(dir, segmentFile(owner, this.#sequence))));
        await files.syncFolder(dir);
      }
      for (const { bytes } of frames) await this.#append(this.#segment, bytes);
    } catch (error) {
      await this.#endSegment().catch(() => {});
      throw error;
    }
    // All is durable: a failure to close the file takes nothing back.
    if (this.#segment.bytes >= segmentBytes) await this.#endSegment().catch(() => {});
  }

  async #append(segment: SegmentWriter, frame: Buffer): Promise<void> {
    const before = segment.size;
    try {
      await segment.append(frame);
    } finally {
      this.#diskBytes += segment.size - before;
    }
  }

  async #endSegment(): Promise<void> {
    const segment = this.#segment;
    this.#segment = null;
    await segment?.close();
  }

  #fail(error: unknown, records: number): void {
    // Under an outage that lasts, the records were counted when they came.
    if (this.#failures === 0) this.#failed += records;
    this.#failures += 1;
    this.#lastFailure = error instanceof Error ? error.message : String(error);
    const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.#failures - 1, 10));
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), retryMs);
    this.#timer.unref();
    this.#options.onFailure(this.#lastFailure);
  }
}

function sumOf<Item>(items: readonly Item[], figure: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + figure(item), 0);
}

function newWaiters(): Waiters {
  let resolve = () => {};
  const promise = new Promise<void>(settle => {
    resolve = settle;
  });
  return { promise, resolve };
}
