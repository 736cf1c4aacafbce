import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepdownError } from '../../src/core/errors/index.ts';
import { GatewayAccess, KeyRegistry, parseLedger } from '../../src/stages/serve/access/index.ts';
import { SqlKeys } from '../../src/store/access/keys.ts';
import { SqlLedgers } from '../../src/store/access/ledgers.ts';
import { openDatabase, type StepdownDatabase } from '../../src/store/database.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { makeKey, openAccess, usedOf, useUp, type Where } from './access-processes.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { runTypescript } from './run-typescript.ts';

let server: PostgresServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-access-'));
  server = await startPostgres();
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const databases: readonly [name: string, where: () => Where][] = [
  ['Postgres', () => ({ url: server.url })],
  ['SQLite', () => ({ file: join(folder, 'stepdown.db') })],
];
const open = (where: Where): Promise<StepdownDatabase> =>
  'url' in where ? openPostgres(where.url) : openDatabase(where.file);

describe.each(databases)('several processes on one %s database', (_name, whereOf) => {
  it('may all migrate it at once', async () => {
    const where = whereOf();
    await Promise.all(
      Array.from({ length: 4 }, () =>
        runTypescript(`${openAccess(where)} await database.destroy(); report('open');`),
      ),
    );
    const database = await open(where);
    const applied = await database.selectFrom('migrations').select('name').orderBy('name').execute();
    await database.destroy();
    expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  });

  it.each([
    ['tokens', { tokens: 12_000 }],
    ['money', { costUsd: 12 }],
  ])('keep to one budget of %s, overshot by one request at most', async (_of, total) => {
    // A token costs $0.001: both budgets end after as many.
    const limit = 12_000;
    const { id, key } = await makeKey(whereOf(), { limits: { total } });
    const runs = await useUp(whereOf(), key, 3);
    const tokens = runs.reduce((sum, run) => sum + run.tokens, 0);
    expect(runs.filter(({ requests }) => requests > 0).length).toBeGreaterThan(1);
    expect(tokens).toBeLessThan(limit + Math.max(...runs.map(({ largest }) => largest)));
    expect(tokens).toBeGreaterThan(0.9 * limit);
    const used = await usedOf(whereOf(), id);
    expect(used).toMatchObject({ tokens, requests: runs.reduce((sum, run) => sum + run.requests, 0) });
    expect(used.costUsd).toBeCloseTo(tokens / 1000, 6);
  });

  it('keep to one number of requests exactly', async () => {
    const { id, key } = await makeKey(whereOf(), { limits: { total: { requests: 700 } } });
    const together = await useUp(whereOf(), key, 3);
    // What one process had taken in advance when another was refused is there for whoever asks later.
    const [rest] = await useUp(whereOf(), key, 1);
    expect([...together, rest!].reduce((sum, run) => sum + run.requests, 0)).toBe(700);
    expect((await usedOf(whereOf(), id)).requests).toBe(700);
  });

  it('refuse a key soon after another process revoked it', async () => {
    const { id, key } = await makeKey(whereOf(), {});
    const database = await open(whereOf());
    const access = new GatewayAccess({
      keys: new SqlKeys(database),
      ledgers: new SqlLedgers(database, parseLedger),
    });
    await access.recognize(key);
    await runTypescript(`${openAccess(whereOf())}
      await registry.revoke(${JSON.stringify(id)});
      await database.destroy();
      report('revoked');`);
    const revokedAt = Date.now();
    let code = '';
    while (code === '' && Date.now() - revokedAt < 10_000) {
      const used = access.recognize(key).then(() => '');
      code = await used.catch((error: StepdownError) => error.code);
    }
    // The promise is a second; a loaded machine is given two.
    expect([code, Date.now() - revokedAt < 2_000]).toEqual(['key-revoked', true]);
    await access.close();
    await database.destroy();
  });
});

describe('a Postgres database', () => {
  it('goes on after its connections were cut', async () => {
    const database = await openPostgres(server.url);
    const keys = new SqlKeys(database);
    const registry = new KeyRegistry({ keys, ledgers: new SqlLedgers(database, parseLedger) });
    const { id } = await registry.create({ name: 'kept', aliases: ['a'] });
    const other = await openPostgres(server.url);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'stepdown' and pid <> pg_backend_pid()`.execute(other);
    await other.destroy();
    // Whoever uses the old connections first meets their end, and nothing else comes of it.
    let found = null;
    for (let tries = 0; found === null && tries < 5; tries++) found = await keys.find(id).catch(() => null);
    expect(found).toMatchObject({ name: 'kept', createdAt: expect.any(Number) });
    await database.destroy();
  });

  it('ends statements that take too long', async () => {
    const database = await openPostgres(server.url);
    const { rows } = await sql<{ statement_timeout: string }>`show statement_timeout`.execute(database);
    expect(rows).toEqual([{ statement_timeout: '10s' }]);
    await database.destroy();
  });

  it('is refused in words, without a secret in them', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port: silentPort } = silent.address() as { port: number };
    const at = (rest: string) => `postgres://stepdown:${server.password}@127.0.0.1:${rest}`;
    const failures: readonly [url: string, code: string][] = [
      [at(`${server.port}/nowhere`), 'database-refused'],
      [`postgres://stepdown:wrong-${server.password}@127.0.0.1:${server.port}/postgres`, 'database-refused'],
      [at('1/postgres'), 'database-unreachable'],
      [at(`${silentPort}/postgres`), 'database-unreachable'],
      [`postgres://stepdown:${server.password}@nowhere.invalid/postgres`, 'database-unreachable'],
      [`mysql://stepdown:${server.password}@127.0.0.1/postgres`, 'database-url-invalid'],
      [`stepdown:${server.password}`, 'database-url-invalid'],
    ];
    for (const [url, code] of failures) {
      const error = (await openPostgres(url).catch((cause: unknown) => cause)) as StepdownError;
      expect([url, error.code]).toEqual([url, code]);
      const said = `${error.message} ${error.hint} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(said).not.toContain(server.password);
    }
    silent.close();
  });
});
