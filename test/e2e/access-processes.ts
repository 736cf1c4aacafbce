import { runTypescript } from './run-typescript.ts';

/** A SQLite file or the address of a Postgres server. */
export type Where = { readonly file: string } | { readonly url: string };

/** Source text that opens the database and the access of one process. */
export const openAccess = (where: Where): string => `
const { openDatabase } = await load('src/store/database.ts');
const { openPostgres } = await load('src/store/postgres.ts');
const { SqlKeys } = await load('src/store/access/keys.ts');
const { SqlLedgers } = await load('src/store/access/ledgers.ts');
const { GatewayAccess, KeyRegistry, parseLedger } = await load('src/stages/serve/access/index.ts');
const { setTimeout: pause } = await import('node:timers/promises');
const database = ${
  'url' in where
    ? `await openPostgres(${JSON.stringify(where.url)})`
    : `await openDatabase(${JSON.stringify(where.file)}, 'process-end')`
};
const stores = { keys: new SqlKeys(database), ledgers: new SqlLedgers(database, parseLedger) };
const access = new GatewayAccess(stores);
const registry = new KeyRegistry({ ...stores, onChange: id => access.forget(id) });
`;

export interface Used {
  readonly requests: number;
  readonly tokens: number;
  readonly largest: number;
}

let rounds = 0;

/** Uses a key in several processes at once, each with several clients, until its budget is used up. A token costs $0.001. */
export async function useUp(where: Where, key: string, processes: number): Promise<readonly Used[]> {
  const round = `ready-${process.pid}-${rounds++}`;
  const script = (index: number): string => `${openAccess(where)}
    const ready = { name: 'ready', aliases: [], admin: false, limits: {}, createdAt: 0, expiresAt: 0, revokedAt: 0 };
    await stores.keys.insert({ id: '${round}-${index}', secretHash: '', ...ready });
    const others = async () =>
      (await stores.keys.list()).filter(({ id }) => id.startsWith('${round}-')).length;
    while ((await others()) < ${processes}) await pause(20);
    let requests = 0, tokens = 0, largest = 0;
    const client = async () => {
      for (;;) {
        const tokensAtMost = 10 + Math.floor(Math.random() * 50);
        const most = { tokens: tokensAtMost, costUsd: tokensAtMost / 1000 };
        const holder = await access.recognize(${JSON.stringify(key)});
        const admission = await holder.admit('triage', most).catch(error => {
          if (error.status !== 429) throw error;
          return error;
        });
        if (admission instanceof Error) {
          if (admission.retryAfterSeconds !== 1) return;
          await pause(30);
          continue;
        }
        await pause(Math.random() * 4);
        const used = Math.ceil(Math.random() * most.tokens);
        requests++;
        tokens += used;
        largest = Math.max(largest, used);
        admission.settle({ tokens: used, costUsd: used / 1000 });
      }
    };
    await Promise.all(Array.from({ length: 12 }, client));
    await access.close();
    await database.destroy();
    report({ requests, tokens, largest });`;
  const runs = Array.from({ length: processes }, (_, index) => runTypescript(script(index)));
  return (await Promise.all(runs)) as Used[];
}

/** Makes a key with limits in a process of its own. */
export function makeKey(where: Where, request: object): Promise<{ id: string; key: string }> {
  return runTypescript(`${openAccess(where)}
    const made = await registry.create(${JSON.stringify({ name: 'test', aliases: ['*'], ...request })});
    await database.destroy();
    report({ id: made.id, key: made.key });`) as Promise<{ id: string; key: string }>;
}

/** What the ledger says of a key. */
export function usedOf(
  where: Where,
  id: string,
): Promise<{ requests: number; tokens: number; costUsd: number }> {
  return runTypescript(`${openAccess(where)}
    const view = (await registry.list()).find(key => key.id === ${JSON.stringify(id)});
    await database.destroy();
    report(view.used.total);`) as Promise<{
    requests: number;
    tokens: number;
    costUsd: number;
  }>;
}
