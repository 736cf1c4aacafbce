/**
 * What admission adds to a request: without keys, with a key without limits, and with limits whose use is booked in
 * SQLite (or in Postgres, where DATABASE_URL names one). One request after the other, as at concurrency 1.
 *
 *   node bench/access.mjs [--requests 20000] [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

register('../scripts/typescript-loader.mjs', import.meta.url);
const { openDatabase } = await import('../src/store/database.ts');
const { openPostgres } = await import('../src/store/postgres.ts');
const { SqlKeys } = await import('../src/store/access/keys.ts');
const { SqlLedgers } = await import('../src/store/access/ledgers.ts');
const { GatewayAccess, KeyRegistry, parseLedger } = await import('../src/stages/serve/access/index.ts');

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, json: { type: 'boolean', default: false } },
});
const requests = Number(values.requests);
const folder = mkdtempSync(join(tmpdir(), 'stepdown-bench-access-'));
const url = process.env.DATABASE_URL;
const open = name => (url ? openPostgres(url) : openDatabase(join(folder, name), 'process-end'));

/** Microseconds from asking to being admitted and settled: median, 99th percentile, mean. */
async function measure(access, key) {
  const most = { tokens: 600, costUsd: 0.001 };
  const spending = { tokens: 120, costUsd: 0.0002 };
  const request = async () => (await (await access.recognize(key)).admit('triage', most)).settle(spending);
  for (let warmUp = 0; warmUp < 2_000; warmUp++) await request();
  const times = new Float64Array(requests);
  for (let index = 0; index < requests; index++) {
    const began = process.hrtime.bigint();
    await request();
    times[index] = Number(process.hrtime.bigint() - began) / 1000;
    // The event loop turns between requests, as it does between real ones.
    if (index % 10 === 0) await new Promise(setImmediate);
  }
  const sorted = times.toSorted();
  const at = share => Number(sorted[Math.floor(share * (requests - 1))].toFixed(1));
  const mean = Number((times.reduce((sum, time) => sum + time, 0) / requests).toFixed(1));
  return { medianUs: at(0.5), p99Us: at(0.99), meanUs: mean };
}

const database = await open('stepdown.db');
const stores = { keys: new SqlKeys(database), ledgers: new SqlLedgers(database, parseLedger) };
const results = {};
if (!(await stores.keys.any())) results['without keys'] = await measure(new GatewayAccess(stores), null);
const registry = new KeyRegistry(stores);
const cases = {
  'key without limits': {},
  'key with limits': {
    minute: { requests: 10_000_000, tokens: 10_000_000_000 },
    month: { costUsd: 1_000_000 },
  },
  // So little is left beside the bound of one request that each is booked by itself.
  'key whose every request is booked': { total: { tokens: 120 * (requests + 2_100) } },
};
for (const [name, limits] of Object.entries(cases)) {
  const { key } = await registry.create({ name, aliases: ['*'], limits });
  const access = new GatewayAccess(stores);
  results[name] = await measure(access, key);
  await access.close();
}
await database.destroy();
rmSync(folder, { recursive: true, force: true });
const report = { node: process.version, store: url ? 'postgres' : 'sqlite', requests, results };
if (values.json) console.log(JSON.stringify(report));
else {
  for (const [name, { medianUs, p99Us, meanUs }] of Object.entries(results)) {
    console.log(`${name.padEnd(36)} median ${medianUs} us   p99 ${p99Us} us   mean ${meanUs} us`);
  }
}
