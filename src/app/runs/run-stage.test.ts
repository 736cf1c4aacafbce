import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataError } from '../../core/errors/index.ts';
import type { Problem, Stage, StageContext } from '../../core/stage.ts';
import { openDatabase, type StepdownDatabase } from '../../store/database.ts';
import { RunRecords } from '../../store/run-records.ts';
import { runStage, type StageRunnerOptions } from './run-stage.ts';

let workspaceDir: string;
let database: StepdownDatabase;
let options: StageRunnerOptions;
let controller: AbortController;
let runsDone: number;
let workDirs: string[];

const input = { kind: 'rows', path: 'rows.jsonl', sha256: 'a'.repeat(64), sizeBytes: 1 };

/** A stage that writes one file; `work` may throw. */
function stage(
  work: () => void = () => undefined,
  problems: Problem[] = [],
): Stage<{ size: number }, { ok: true }> {
  return {
    name: 'count',
    version: 1,
    check: async () => problems,
    run: async (context: StageContext<{ size: number }>) => {
      workDirs.push(context.workDir);
      work();
      runsDone++;
      await writeFile(join(context.workspaceDir, 'out.txt'), 'done');
      return {
        result: { ok: true },
        outputs: [{ kind: 'text', path: 'out.txt', sha256: 'b'.repeat(64), sizeBytes: 4 }],
      };
    },
  };
}

beforeEach(async () => {
  workspaceDir = await mkdtemp(join(tmpdir(), 'stepdown-stage-'));
  database = await openDatabase(join(workspaceDir, 'stepdown.db'));
  controller = new AbortController();
  runsDone = 0;
  workDirs = [];
  options = {
    workspaceDir,
    runs: new RunRecords(database),
    progress: { say: () => undefined, update: () => undefined },
    signal: controller.signal,
    force: false,
  };
});

afterEach(async () => {
  await database.destroy();
  await rm(workspaceDir, { recursive: true, force: true });
});

describe('running a stage', () => {
  test('is skipped when nothing changed, and gives the recorded result', async () => {
    const turn = { stage: stage(), parameters: { size: 1 }, inputs: [input] };
    const first = await runStage(turn, options);
    const second = await runStage(turn, options);
    expect([first.outcome, second.outcome, runsDone]).toEqual(['ran', 'unchanged', 1]);
    expect(second.result).toEqual({ ok: true });
    expect(second.record.id).toBe(first.record.id);
  });

  test('going back to an earlier input makes its run the latest again, without running', async () => {
    // A clock that stands still: the order may not hang on it.
    options = { ...options, now: () => new Date('2026-01-01T00:00:00Z') };
    const turn = (size: number) => ({ stage: stage(), parameters: { size }, inputs: [input] });
    const first = await runStage(turn(1), options);
    await runStage(turn(2), options);
    const back = await runStage(turn(1), options);
    expect(back.outcome).toBe('unchanged');
    expect(await options.runs.latest('count')).toEqual(first.record);
  });

  test.each([
    ['a parameter changed', { parameters: { size: 2 }, inputs: [input] }],
    ['an input changed', { parameters: { size: 1 }, inputs: [{ ...input, sha256: 'c'.repeat(64) }] }],
  ])('runs again when %s', async (_what, change) => {
    await runStage({ stage: stage(), parameters: { size: 1 }, inputs: [input] }, options);
    expect((await runStage({ stage: stage(), ...change }, options)).outcome).toBe('ran');
  });

  test('begins without what runs share when it is forced, and with it otherwise', async () => {
    const sharedDir = join(workspaceDir, 'shared');
    const found: boolean[] = [];
    const turn = (size: number) => ({
      stage: stage(() => found.push(existsSync(join(sharedDir, 'answer')))),
      parameters: { size },
      inputs: [input],
      sharedDir,
    });
    await mkdir(sharedDir);
    await writeFile(join(sharedDir, 'answer'), '');
    await runStage(turn(1), options);
    await runStage(turn(2), options);
    await runStage(turn(2), { ...options, force: true });
    expect(found).toEqual([true, true, false]);
  });

  test('runs again when an output is gone, or when forced', async () => {
    const turn = { stage: stage(), parameters: { size: 1 }, inputs: [input] };
    await runStage(turn, options);
    await rm(join(workspaceDir, 'out.txt'));
    expect((await runStage(turn, options)).outcome).toBe('ran');
    expect((await runStage(turn, { ...options, force: true })).outcome).toBe('ran');
  });

  test('keeps the record of a failure with its hint, and tries again in the same work folder', async () => {
    const failing = stage(() => {
      throw new DataError('rows-unreadable', 'bad rows', 'Fix the rows.');
    });
    const turn = { parameters: { size: 1 }, inputs: [input] };
    await expect(runStage({ ...turn, stage: failing }, options)).rejects.toMatchObject({
      code: 'rows-unreadable',
    });
    const [record] = await options.runs.list();
    expect(record).toMatchObject({
      status: 'failed',
      error: { code: 'rows-unreadable', hint: 'Fix the rows.' },
    });
    expect((await runStage({ ...turn, stage: stage() }, options)).outcome).toBe('ran');
    expect(new Set(workDirs).size).toBe(1);
  });

  test('records an interruption as one, whatever was thrown', async () => {
    const work = () => {
      controller.abort();
      throw new Error('aborted');
    };
    const turn = { stage: stage(work), parameters: { size: 1 }, inputs: [input] };
    await expect(runStage(turn, options)).rejects.toMatchObject({ exitCode: 130 });
    expect((await options.runs.list())[0]?.status).toBe('interrupted');
  });

  test('refuses to start on a problem that check found, naming all of them', async () => {
    const problems: Problem[] = [
      { severity: 'error', code: 'python-missing', message: 'No Python.', hint: 'Install it.' },
      { severity: 'error', code: 'disk-full', message: 'No space.', hint: 'Free some.' },
    ];
    const turn = { stage: stage(undefined, problems), parameters: { size: 1 }, inputs: [input] };
    await expect(runStage(turn, options)).rejects.toMatchObject({
      code: 'python-missing',
      exitCode: 3,
      message: expect.stringContaining('No space.'),
    });
    expect(runsDone).toBe(0);
  });
});
