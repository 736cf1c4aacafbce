import { randomBytes } from 'node:crypto';
import type { Capture, CaptureLog, CaptureLogState, Feedback } from '../../core/capture.ts';
import { type FileLock, tryLock } from '../../files/file-lock.ts';
import { CaptureStore } from './capture-store.ts';
import type { CapturesDatabase } from './captures-database.ts';
import { FailureNotice } from './failure-notice.ts';
import { CaptureIndexer } from './indexing/capture-indexer.ts';
import { IndexingPace, type Pace } from './indexing/indexing-pace.ts';
import { CaptureJournal, type JournalOptions } from './journal/capture-journal.ts';
import { journalFiles, ownerLockFile, removeFile } from './journal/journal-files.ts';
import { RecentAliases } from './recent-aliases.ts';

export interface CaptureLogOptions {
  /** Folder of the journal; one for all processes of a workspace on one machine. */
  readonly dir: string;
  /** Closed with the log. */
  readonly database: CapturesDatabase;
  readonly mode: 'synchronous' | 'batched';
  /** Longest time a batched capture waits before it is written, in milliseconds. */
  readonly windowMs: number;
  /** Most bytes of captures that are kept in the database; the oldest are dropped. */
  readonly maxBytes: number;
  /** One sentence for the operator, without any content of requests; about one a minute at most. */
  readonly tell: (sentence: string) => void;
  /** Other limits and files than the usual ones. */
  readonly journal?: Partial<
    Pick<JournalOptions, 'files' | 'segmentBytes' | 'maxWaitingBytes' | 'maxDiskBytes'>
  >;
  /** How fast captures are moved into the database while requests come. */
  readonly pace?: Pace;
  readonly now?: () => number;
}

/** A capture log that knows what it has written. */
export interface SearchableCaptureLog extends CaptureLog {
  /** The alias of a capture; null where no capture has this id. */
  aliasOf(id: string): Promise<string | null>;
}

const usualJournal = {
  files: journalFiles,
  segmentBytes: 16 << 20,
  maxWaitingBytes: 128 << 20,
  maxDiskBytes: 2 ** 30,
};

const indexAfterMs = 100;
/** Requests took all of the time: so long until it is looked again whether they leave some. */
const indexPutOffMs = 500;
const indexRetryMs = 5_000;

/**
 * Opens the log that a gateway process writes its captures to. First moves into the database what processes that
 * died have left in the journal.
 */
export async function openCaptureLog(options: CaptureLogOptions): Promise<SearchableCaptureLog> {
  const log = await DurableCaptureLog.open(options);
  await log.index(null);
  return log;
}

/** Captures go to the journal, which is durable, and from there into the database, which can be searched. */
class DurableCaptureLog implements SearchableCaptureLog {
  readonly #options: CaptureLogOptions;
  readonly #lock: FileLock | null;
  readonly #lockFile: string;
  readonly #journal: CaptureJournal;
  readonly #store: CaptureStore;
  readonly #indexer: CaptureIndexer;
  readonly #notice: FailureNotice;
  readonly #recent = new RecentAliases();
  readonly #pace: Pace;
  #timer: NodeJS.Timeout | null = null;
  #lastFeedbackAt = 0;
  #closed = false;

  static async open(options: CaptureLogOptions): Promise<DurableCaptureLog> {
    const owner = randomBytes(8).toString('hex');
    const lockFile = ownerLockFile(options.dir, owner);
    // Held until the log is closed or the process has ended in whatever way: then others take its segments over.
    return new DurableCaptureLog(options, owner, lockFile, await tryLock(lockFile));
  }

  private constructor(options: CaptureLogOptions, owner: string, lockFile: string, lock: FileLock | null) {
    const { dir, database, mode, windowMs, tell } = options;
    this.#options = options;
    this.#lock = lock;
    this.#lockFile = lockFile;
    this.#notice = new FailureNotice(tell, options.now ?? Date.now);
    const limits = { ...usualJournal, ...options.journal };
    this.#journal = new CaptureJournal({
      ...limits,
      dir,
      owner,
      mode,
      windowMs,
      onFailure: failure => this.#notice.failed(failure, this.state()),
      onRecovery: () => this.#notice.recovered(this.state()),
    });
    this.#pace = options.pace ?? new IndexingPace(() => this.#journal.diskBytes / limits.maxDiskBytes);
    this.#store = new CaptureStore(database.database, options.maxBytes);
    this.#indexer = new CaptureIndexer({
      dir,
      database,
      store: this.#store,
      own: this.#journal,
      onTornSegment: (file, bytes) =>
        tell(
          `Capture journal ${file} ended in ${bytes} bytes that a stopped process had not finished; they were cut off, and nothing that was acknowledged was in them.`,
        ),
    });
  }

  append(capture: Capture): Promise<void> {
    this.#recent.add(capture.id, capture.alias);
    this.#indexSoon(indexAfterMs);
    return this.#journal.append({ capture });
  }

  async addFeedback(feedback: Feedback): Promise<boolean> {
    if ((await this.aliasOf(feedback.captureId)) === null) return false;
    // Later feedback wins by its time, so two in one millisecond must differ.
    this.#lastFeedbackAt = Math.max(feedback.at, this.#lastFeedbackAt + 1);
    this.#indexSoon(indexAfterMs);
    await this.#journal.append({ feedback: { ...feedback, at: this.#lastFeedbackAt } });
    return true;
  }

  async aliasOf(id: string): Promise<string | null> {
    const known = this.#recent.get(id) ?? (await this.#store.aliasOf(id));
    if (known !== null) return known;
    // It may be in a journal still, of this process or of another.
    await this.index(null);
    return this.#store.aliasOf(id);
  }

  state(): CaptureLogState {
    return this.#journal.state;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#journal.close();
    await this.#indexer.close();
    await this.#options.database.close();
    this.#lock?.release();
    // Without a segment left, nobody else would ever remove it.
    if (this.#journal.diskBytes === 0) await removeFile(this.#lockFile);
  }

  /** @param pace null for all that there is, without a pause */
  async index(pace: Pace | null): Promise<void> {
    try {
      await this.#indexer.run(pace);
      if (this.#indexer.putOff) this.#indexSoon(indexPutOffMs);
    } catch (error) {
      this.#notice.failed(
        `the database takes none (${error instanceof Error ? error.message : String(error)})`,
        this.state(),
      );
      this.#indexSoon(indexRetryMs);
    }
  }

  #indexSoon(delayMs: number): void {
    if (this.#timer !== null || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.index(this.#pace);
    }, delayMs);
    this.#timer.unref();
  }
}
