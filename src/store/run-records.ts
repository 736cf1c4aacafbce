import { randomBytes } from 'node:crypto';
import { type RunRecord, runRecordSchema } from '../core/run-record.ts';
import type { StepdownDatabase } from './database.ts';

/** A run id that sorts by time: `20261124T001500Z-train-3fa9c1`. */
export function newRunId(stage: string, now: Date): string {
  const stamp = now
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  return `${stamp}-${stage}-${randomBytes(3).toString('hex')}`;
}

/** Run records of one workspace. */
export class RunRecords {
  readonly #database: StepdownDatabase;

  constructor(database: StepdownDatabase) {
    this.#database = database;
  }

  /** Inserts the record, or replaces the one with the same id. A completed one is the latest of its stage. */
  async save(record: RunRecord): Promise<void> {
    const { endedAt } = record;
    const row = {
      id: record.id,
      stage: record.stage,
      status: record.status,
      started_at: record.startedAt,
      ended_at:
        record.status === 'completed' && endedAt !== null
          ? await this.#afterOthers(record.stage, record.id, endedAt)
          : endedAt,
      input_hash: record.inputHash,
      record: JSON.stringify(record),
    };
    await this.#database
      .insertInto('runs')
      .values(row)
      .onConflict(conflict => conflict.column('id').doUpdateSet(row))
      .execute();
  }

  /** All records, newest first. */
  async list(): Promise<RunRecord[]> {
    const rows = await this.#database
      .selectFrom('runs')
      .select('record')
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(row => parse(row.record));
  }

  /** The newest completed record of a stage with exactly these inputs, or null. */
  async completed(stage: string, inputHash: string): Promise<RunRecord | null> {
    const row = await this.#database
      .selectFrom('runs')
      .select('record')
      .where('stage', '=', stage)
      .where('input_hash', '=', inputHash)
      .where('status', '=', 'completed')
      .orderBy('ended_at', 'desc')
      .executeTakeFirst();
    return row ? parse(row.record) : null;
  }

  /** The newest completed record of a stage whatever its inputs, or null. */
  async latest(stage: string): Promise<RunRecord | null> {
    const row = await this.#database
      .selectFrom('runs')
      .select('record')
      .where('stage', '=', stage)
      .where('status', '=', 'completed')
      .orderBy('ended_at', 'desc')
      .executeTakeFirst();
    return row ? parse(row.record) : null;
  }

  /**
   * Makes a completed run the newest of its stage again, as its result is what counts now: somebody went back to
   * earlier rows. Only the order of `latest` changes, the record stays as it is.
   */
  async makeLatest({ stage, id }: RunRecord, now: Date): Promise<void> {
    await this.#database
      .updateTable('runs')
      .set({ ended_at: await this.#afterOthers(stage, id, now.toISOString()) })
      .where('id', '=', id)
      .execute();
  }

  /**
   * `time`, or a millisecond after the newest other completed run of the stage where that is later: two runs may end
   * within one millisecond, and clocks are set back.
   */
  async #afterOthers(stage: string, id: string, time: string): Promise<string> {
    const other = await this.#database
      .selectFrom('runs')
      .select('ended_at')
      .where('stage', '=', stage)
      .where('status', '=', 'completed')
      .where('id', '!=', id)
      .orderBy('ended_at', 'desc')
      .executeTakeFirst();
    const newest = other?.ended_at ?? null;
    return newest === null || newest < time ? time : new Date(Date.parse(newest) + 1).toISOString();
  }

  /** Marks records left "running" by a process that died as interrupted. Call while holding the lock. */
  async closeAbandoned(now: Date): Promise<number> {
    const running = (await this.list()).filter(record => record.status === 'running');
    for (const record of running) {
      await this.save({
        ...record,
        status: 'interrupted',
        endedAt: now.toISOString(),
        error: {
          code: 'process-died',
          message: 'The process ended without closing this run',
          hint: 'Run the same command again: it continues from the last checkpoint.',
          details: {},
        },
      });
    }
    return running.length;
  }
}

function parse(text: string): RunRecord {
  return runRecordSchema.parse(JSON.parse(text));
}
