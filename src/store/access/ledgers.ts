import { setTimeout as wait } from 'node:timers/promises';
import type { LedgerChange, LedgerStore } from '../../core/access-key.ts';
import { PrerequisiteError } from '../../core/errors/index.ts';
import type { StepdownDatabase } from '../database.ts';
import { reached } from './reached.ts';

/** Tries before giving up; each conflict means that another process got through. */
const maxTries = 200;

/** Version 0 stands for a ledger that is not in the database yet. */
interface Versioned<Ledger> {
  readonly version: number;
  readonly ledger: Ledger;
}

/**
 * Ledgers in the database, replaced by compare-and-swap on a version: one short statement, the same on SQLite and
 * Postgres, without a lock that is held over a round trip.
 */
export class SqlLedgers<Ledger> implements LedgerStore<Ledger> {
  readonly #database: StepdownDatabase;
  /** What this process wrote last: right nearly always, and the version tells when not. */
  readonly #remembered = new Map<string, Versioned<Ledger>>();
  readonly #parse: (stored: unknown) => Ledger;

  /** @param parse checks a stored ledger; null is that of a key that was never used */
  constructor(database: StepdownDatabase, parse: (stored: unknown) => Ledger) {
    this.#database = database;
    this.#parse = parse;
  }

  async update<Outcome>(keyId: string, change: LedgerChange<Ledger, Outcome>): Promise<Outcome> {
    for (let tries = 0; tries < maxTries; tries++) {
      const remembered = this.#remembered.get(keyId);
      const before = remembered ?? (await this.#read(keyId));
      const { ledger, outcome } = change(before.ledger);
      if (ledger === before.ledger) {
        // Not for a decision to stay: it has to rest on what is in the database now.
        this.#remembered.delete(keyId);
        if (remembered === undefined) return outcome;
        continue;
      }
      if (await this.#replace(keyId, before.version, ledger)) {
        this.#remembered.set(keyId, { version: before.version + 1, ledger });
        return outcome;
      }
      this.#remembered.delete(keyId);
      if (tries > 2) await wait(Math.random() * Math.min(tries, 20));
    }
    throw new PrerequisiteError(
      'access-contended',
      `The use of key ${keyId} could not be booked in ${maxTries} tries`,
      'Run fewer processes for this key, or take its limits away.',
    );
  }

  async all(): Promise<ReadonlyMap<string, Ledger>> {
    const rows = await reached(
      this.#database.selectFrom('access_ledgers').select(['key_id', 'ledger']).execute(),
    );
    return new Map(rows.map(row => [row.key_id, this.#parse(JSON.parse(row.ledger))]));
  }

  async #read(keyId: string): Promise<Versioned<Ledger>> {
    const row = await reached(
      this.#database
        .selectFrom('access_ledgers')
        .select(['version', 'ledger'])
        .where('key_id', '=', keyId)
        .executeTakeFirst(),
    );
    if (row === undefined) return { version: 0, ledger: this.#parse(null) };
    return { version: row.version, ledger: this.#parse(JSON.parse(row.ledger)) };
  }

  /** False where another process was first. */
  async #replace(keyId: string, version: number, ledger: Ledger): Promise<boolean> {
    const row = { version: version + 1, ledger: JSON.stringify(ledger) };
    if (version === 0) {
      const inserted = await reached(
        this.#database
          .insertInto('access_ledgers')
          .values({ key_id: keyId, ...row })
          .onConflict(conflict => conflict.doNothing())
          .executeTakeFirst(),
      );
      return inserted.numInsertedOrUpdatedRows === 1n;
    }
    const updated = await reached(
      this.#database
        .updateTable('access_ledgers')
        .set(row)
        .where('key_id', '=', keyId)
        .where('version', '=', version)
        .executeTakeFirst(),
    );
    return updated.numUpdatedRows === 1n;
  }
}
