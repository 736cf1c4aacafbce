import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunRecord } from '../core/run-record.ts';
import { openDatabase, type StepdownDatabase } from './database.ts';
import { migrations } from './migrations/index.ts';
import { newRunId, RunRecords } from './run-records.ts';

let folder: string;
let database: StepdownDatabase;
let runs: RunRecords;

function record(changes: Partial<RunRecord>): RunRecord {
  return {
    schemaVersion: 1,
    id: 'run-1',
    stage: 'train',
    status: 'completed',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    inputHash: 'a',
    parameters: { epochs: 3 },
    inputs: [],
    outputs: [],
    result: { loss: 0.5 },
    environment: {},
    seeds: {},
    error: null,
    ...changes,
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-runs-'));
  database = await openDatabase(join(folder, 'stepdown.db'));
  runs = new RunRecords(database);
});

afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe('run records', () => {
  test('come back exactly as saved, newest first', async () => {
    const first = record({});
    const second = record({ id: 'run-2', startedAt: '2026-01-02T00:00:00.000Z', result: null });
    await runs.save(first);
    await runs.save(second);
    expect(await runs.list()).toEqual([second, first]);
  });

  test('are reused only when completed with equal inputs', async () => {
    await runs.save(record({ status: 'failed' }));
    expect(await runs.completed('train', 'a')).toBeNull();
    await runs.save(record({}));
    expect((await runs.completed('train', 'a'))?.id).toBe('run-1');
    expect(await runs.completed('train', 'b')).toBeNull();
    expect(await runs.completed('evaluate', 'a')).toBeNull();
  });

  test('the last that was completed or gone back to is the latest, within one millisecond or with a clock set back', async () => {
    const [first, second] = [record({}), record({ id: 'run-2' })];
    await runs.save(first);
    await runs.save(second);
    expect(await runs.latest('train')).toEqual(second);
    await runs.makeLatest(first, new Date(first.endedAt!));
    expect(await runs.latest('train')).toEqual(first);
    await runs.makeLatest(second, new Date('2025-12-31T00:00:00Z'));
    expect(await runs.latest('train')).toEqual(second);
    const third = record({ id: 'run-3', endedAt: '2025-12-31T00:00:00.000Z' });
    await runs.save(third);
    expect(await runs.latest('train')).toEqual(third);
    expect(await runs.completed('train', 'a')).toEqual(third);
  });

  test('left running by a dead process become interrupted, others stay', async () => {
    await runs.save(record({}));
    await runs.save(record({ id: 'run-2', status: 'running', endedAt: null }));
    expect(await runs.closeAbandoned(new Date('2026-01-03T00:00:00Z'))).toBe(1);
    const [closed] = (await runs.list()).filter(({ id }) => id === 'run-2');
    expect(closed).toMatchObject({ status: 'interrupted', error: { code: 'process-died' } });
    expect(await runs.closeAbandoned(new Date())).toBe(0);
  });

  test('survive opening the database again, with migrations applied once', async () => {
    await runs.save(record({}));
    await database.destroy();
    database = await openDatabase(join(folder, 'stepdown.db'));
    expect(await new RunRecords(database).list()).toHaveLength(1);
    const applied = await database.selectFrom('migrations').select('name').execute();
    expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  });

  test('have ids that sort by time', () => {
    const early = newRunId('train', new Date('2026-01-01T09:00:00Z'));
    const late = newRunId('data', new Date('2026-01-01T10:00:00Z'));
    expect(early < late).toBe(true);
    expect(early).toMatch(/^20260101T090000Z-train-[0-9a-f]{6}$/);
  });
});
