import { setImmediate } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { CaptureWithFeedback, Feedback } from '../../core/capture.ts';
import { hashJson } from '../../core/hash.ts';
import type { StepdownDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { parsedCapture } from './capture-json.ts';
import { type CaptureQuery, selectCaptures } from './capture-query.ts';
import { CaptureInserts, storable } from './insert-captures.ts';
import type { JournalRecord } from './journal/journal-frames.ts';

/** Where in a journal segment the records of a call come from. */
export interface SegmentProgress {
  readonly segment: string;
  /** Bytes of the segment up to and with these records. */
  readonly bytes: number;
}

/** What the captures in the database take. */
export interface CaptureTotals {
  readonly captures: number;
  readonly bytes: number;
}

const rowsPerPage = 200;
/** Most records dropped at a time when the store has grown too large. */
const rowsPerDrop = 200;

/** Captures and feedback in the database. Everything is idempotent: what is there already stays as it is. */
export class CaptureStore {
  readonly #database: StepdownDatabase;
  readonly #maxBytes: number;
  readonly #inserts = new CaptureInserts();

  /** @param maxBytes captures beyond it are dropped, oldest first; measured as the JSON of the records */
  constructor(database: StepdownDatabase, maxBytes: number) {
    this.#database = database;
    this.#maxBytes = maxBytes;
  }

  /**
   * Stores records, and how far their segment has got, in one transaction.
   * @param pause called every millisecond or sooner, so that other work of the event loop gets its turn
   */
  async add(
    records: readonly JournalRecord[],
    progress: SegmentProgress | null = null,
    pause: () => Promise<void> = () => setImmediate(),
  ): Promise<void> {
    const captures = records.flatMap(record => ('capture' in record ? [record] : []));
    const feedback = records.flatMap(record => ('feedback' in record ? [record.feedback] : []));
    await this.#database.transaction().execute(async transaction => {
      const added = await this.#inserts.add(transaction, captures, pause);
      if (added.captures > 0) await addToTotals(transaction, added.captures, added.bytes);
      for (const said of feedback) await addFeedback(transaction, said);
      if (progress !== null) {
        await transaction
          .insertInto('capture_segments')
          .values({ ...progress })
          .onConflict(conflict => conflict.column('segment').doUpdateSet({ bytes: progress.bytes }))
          .execute();
      }
    });
    if (captures.length > 0) await this.#dropOldest();
  }

  /** Bytes of a segment that are in the database; 0 where it is not known. */
  async indexedBytes(segment: string): Promise<number> {
    const row = await this.#database
      .selectFrom('capture_segments')
      .select('bytes')
      .where('segment', '=', segment)
      .executeTakeFirst();
    return Number(row?.bytes ?? 0);
  }

  async forgetSegment(segment: string): Promise<void> {
    await this.#database.deleteFrom('capture_segments').where('segment', '=', segment).execute();
  }

  /** The alias of a capture; null where none has this id. */
  async aliasOf(id: string): Promise<string | null> {
    const row = await this.#database
      .selectFrom('captures')
      .select('alias')
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.alias ?? null;
  }

  /** Captures whose id is `prefix` or begins with it, newest first, at most `limit`. */
  async find(prefix: string, limit: number): Promise<CaptureWithFeedback[]> {
    return this.#withFeedback(
      await selectCaptures(this.#database, { idPrefix: prefix }).limit(limit).execute(),
    );
  }

  /** Newest first. */
  async list(query: CaptureQuery, limit: number): Promise<CaptureWithFeedback[]> {
    return this.#withFeedback(await selectCaptures(this.#database, query).limit(limit).execute());
  }

  /** Every capture that fits, newest first, without holding more than a page of them. */
  async *all(query: CaptureQuery): AsyncGenerator<CaptureWithFeedback> {
    let after: { at: number; id: string } | null = null;
    for (;;) {
      const rows: { record: string }[] = await selectCaptures(this.#database, query, after)
        .limit(rowsPerPage)
        .execute();
      const page = await this.#withFeedback(rows);
      yield* page;
      const last = page.at(-1)?.capture;
      if (last === undefined || rows.length < rowsPerPage) return;
      after = { at: last.at, id: last.id };
    }
  }

  async totals(): Promise<CaptureTotals> {
    const row = await this.#database
      .selectFrom('capture_totals')
      .select(['captures', 'bytes'])
      .executeTakeFirstOrThrow();
    return { captures: Number(row.captures), bytes: Number(row.bytes) };
  }

  async #withFeedback(rows: readonly { readonly record: string }[]): Promise<CaptureWithFeedback[]> {
    const captures = rows.map(row => parsedCapture(JSON.parse(row.record)));
    if (captures.length === 0) return [];
    const said = await this.#database
      .selectFrom('capture_feedback')
      .selectAll()
      .where(
        'capture_id',
        'in',
        captures.map(capture => capture.id),
      )
      .orderBy('at')
      .orderBy('hash')
      .execute();
    return captures.map(capture => ({
      capture,
      feedback: said.filter(row => row.capture_id === capture.id).map(feedbackOf),
    }));
  }

  async #dropOldest(): Promise<void> {
    for (;;) {
      const excess = (await this.totals()).bytes - this.#maxBytes;
      if (excess <= 0) return;
      const dropped = await this.#database.transaction().execute(async transaction => {
        const oldest = await transaction
          .selectFrom('captures')
          .select(['id', 'size_bytes'])
          .orderBy('at')
          .orderBy('id')
          .limit(rowsPerDrop)
          .execute();
        const rows = upTo(oldest, excess);
        if (rows.length === 0) return 0;
        const ids = rows.map(row => row.id);
        await transaction.deleteFrom('capture_feedback').where('capture_id', 'in', ids).execute();
        await transaction.deleteFrom('captures').where('id', 'in', ids).execute();
        await addToTotals(transaction, -rows.length, -sizeOf(rows));
        return rows.length;
      });
      if (dropped === 0) return;
    }
  }
}

/** Saying again what counts already adds nothing. */
async function addFeedback(transaction: Transaction<Tables>, said: Feedback): Promise<void> {
  const { captureId, at, correctAnswer, rating } = said;
  const hash = hashJson({ correctAnswer, rating });
  const before = await transaction
    .selectFrom('capture_feedback')
    .select('hash')
    .where('capture_id', '=', captureId)
    .where('at', '<=', at)
    .orderBy('at', 'desc')
    .orderBy('hash', 'desc')
    .executeTakeFirst();
  if (before?.hash === hash) return;
  await transaction
    .insertInto('capture_feedback')
    .values({
      capture_id: captureId,
      at,
      hash,
      correct_answer: correctAnswer === null ? null : storable(correctAnswer),
      rating,
    })
    .onConflict(conflict => conflict.columns(['capture_id', 'at', 'hash']).doNothing())
    .execute();
}

async function addToTotals(transaction: Transaction<Tables>, captures: number, bytes: number): Promise<void> {
  await transaction
    .updateTable('capture_totals')
    .set(row => ({ captures: row('captures', '+', captures), bytes: row('bytes', '+', bytes) }))
    .where('id', '=', 1)
    .execute();
}

/** The first rows that take so many bytes together; all where they take less. */
function upTo<Row extends { readonly size_bytes: number }>(rows: readonly Row[], bytes: number): Row[] {
  let sum = 0;
  return rows.filter(row => {
    if (sum >= bytes) return false;
    sum += Number(row.size_bytes);
    return true;
  });
}

// Postgres gives 64-bit whole numbers as text.
function sizeOf(rows: readonly { readonly size_bytes: number }[]): number {
  return rows.reduce((sum, row) => sum + Number(row.size_bytes), 0);
}

function feedbackOf(row: Tables['capture_feedback']): Feedback {
  return {
    captureId: row.capture_id,
    at: Number(row.at),
    correctAnswer: row.correct_answer,
    rating: row.rating as Feedback['rating'],
  };
}
