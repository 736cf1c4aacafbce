import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredAccessKey } from '../../core/access-key.ts';
import { openDatabase, type StepdownDatabase } from '../database.ts';
import { SqlKeys } from './keys.ts';
import { SqlLedgers } from './ledgers.ts';

interface Count {
  readonly count: number;
}
const parse = (stored: unknown): Count => (stored === null ? { count: 0 } : (stored as Count));
const increment = ({ count }: Count) => ({ ledger: { count: count + 1 }, outcome: count + 1 });

let folder: string;
/** Two processes' views of one file. */
let databases: StepdownDatabase[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-access-'));
  databases = [];
  for (let process = 0; process < 2; process++) {
    databases.push(await openDatabase(join(folder, 'stepdown.db'), 'process-end'));
  }
});
afterEach(async () => {
  for (const database of databases) await database.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe('ledgers', () => {
  test('lose no change that several processes make at once', async () => {
    const [a, b] = databases.map(database => new SqlLedgers(database, parse)) as [
      SqlLedgers<Count>,
      SqlLedgers<Count>,
    ];
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? a : b).update('k', increment)),
    );
    expect(outcomes.toSorted((left, right) => left - right)).toEqual(outcomes.map((_, index) => index + 1));
    expect(await a.all()).toEqual(new Map([['k', { count: 60 }]]));
  });

  test('decide to change nothing only by what is stored now, and then write nothing', async () => {
    const [a, b] = databases.map(database => new SqlLedgers(database, parse)) as [
      SqlLedgers<Count>,
      SqlLedgers<Count>,
    ];
    await a.update('k', increment);
    await b.update('k', increment);
    // What `a` remembers is 1; 2 is stored.
    const seen: number[] = [];
    const look = (ledger: Count) => {
      seen.push(ledger.count);
      return { ledger, outcome: ledger.count };
    };
    expect(await a.update('k', look)).toBe(2);
    expect(seen).toEqual([1, 2]);
    const rows = await databases[0]!.selectFrom('access_ledgers').selectAll().execute();
    expect(rows).toEqual([{ key_id: 'k', version: 2, ledger: '{"count":2}' }]);
  });

  test('give up when others are always first, and leave what they wrote', async () => {
    const [a, b] = databases.map(database => new SqlLedgers(database, parse)) as [
      SqlLedgers<Count>,
      SqlLedgers<Count>,
    ];
    await a.update('k', increment);
    // Another process writes between each read and its write.
    let others = Promise.resolve(0);
    const overtaken = (ledger: Count) => {
      others = b.update('k', increment);
      return increment(ledger);
    };
    const slow = new SqlLedgers(
      {
        selectFrom: databases[0]!.selectFrom.bind(databases[0]),
        updateTable: () => ({
          set: () => ({
            where: () => ({
              where: () => ({ executeTakeFirst: () => others.then(() => ({ numUpdatedRows: 0n })) }),
            }),
          }),
        }),
      } as unknown as StepdownDatabase,
      parse,
    );
    await expect(slow.update('k', overtaken)).rejects.toMatchObject({
      code: 'access-contended',
      exitCode: 3,
    });
    expect((await a.all()).get('k')).toEqual({ count: 201 });
  });
});

test('a database that does not answer is told as such, without its own words', async () => {
  const [database] = databases.splice(0, 1);
  await database!.destroy();
  const failure = { code: 'access-unavailable', exitCode: 3 };
  await expect(new SqlKeys(database!).any()).rejects.toMatchObject(failure);
  await expect(new SqlKeys(database!).find('k')).rejects.toMatchObject(failure);
  await expect(new SqlLedgers(database!, parse).update('k', increment)).rejects.toMatchObject(failure);
});

describe('keys', () => {
  const key: StoredAccessKey = {
    id: 'abc',
    name: 'shop',
    secretHash: '00',
    aliases: ['triage', '*'],
    admin: true,
    limits: { minute: { requests: 5 }, total: { costUsd: 0.5 } },
    createdAt: 1_790_000_000_000,
    expiresAt: 1_800_000_000_000,
    revokedAt: null,
  };

  test('come back as they were kept, the secret’s hash only where one is looked up', async () => {
    const [a, b] = databases.map(database => new SqlKeys(database)) as [SqlKeys, SqlKeys];
    expect(await a.any()).toBe(false);
    await a.insert(key);
    expect(await b.find('abc')).toEqual(key);
    const { secretHash, ...shown } = key;
    expect(await b.list()).toEqual([shown]);
    expect(JSON.stringify(await b.list())).not.toContain('secret');
    expect(await b.find('abd')).toBeNull();
    expect(secretHash).toBe('00');
  });

  test('are revoked once, and stay so', async () => {
    const [a, b] = databases.map(database => new SqlKeys(database)) as [SqlKeys, SqlKeys];
    await a.insert(key);
    expect(await a.revoke('abc', 1)).toBe(true);
    expect(await b.revoke('abc', 2)).toBe(true);
    expect((await b.find('abc'))?.revokedAt).toBe(1);
    expect(await b.revoke('nobody', 2)).toBe(false);
    expect(await b.any()).toBe(true);
  });
});
