import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runStage } from '../../src/app/runs/run-stage.ts';
import { writeFileAtomic } from '../../src/files/atomic-file.ts';
import type { RunRecords } from '../../src/store/run-records.ts';
import { smallStages, task } from './small-stages.ts';

const disk = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY, used: 0 }));

vi.mock('node:fs/promises', async importOriginal => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const { onSmallDisk } = await import('./small-disk.ts');
  return { ...real, ...onSmallDisk(real, disk) };
});

/** Records that are on no disk: no stage has run before. */
const runRecords = (save: () => Promise<void> = async () => {}) =>
  ({ completed: async () => null, save }) as unknown as RunRecords;

interface Outcome {
  readonly error: unknown;
  readonly essence: unknown;
}

/** Runs one stage in a new workspace, on a disk with the space of each attempt. */
async function inNewWorkspace<Result>(
  work: (attempt: (space: number) => Promise<Outcome>) => Promise<Result>,
  name: string,
) {
  disk.left = Number.POSITIVE_INFINITY;
  const workspaceDir = await mkdtemp(join(tmpdir(), 'stepdown-full-'));
  const text = Array.from({ length: 12 }, (_, at) =>
    JSON.stringify({ input: `row ${at}`, output: task.labels[at % 2] }),
  ).join('\n');
  await writeFileAtomic(join(workspaceDir, 'given', 'rows.jsonl'), text);
  await writeFileAtomic(join(workspaceDir, 'given', 'model.gguf'), 'GGUF weights');
  const attempt = async (space: number): Promise<Outcome> => {
    disk.left = space;
    disk.used = 0;
    try {
      const { result, outputs } = await runStage(smallStages[name]!(workspaceDir), {
        workspaceDir,
        runs: runRecords(),
        progress: { say: () => undefined, update: () => undefined },
        signal: new AbortController().signal,
        force: false,
      });
      disk.left = Number.POSITIVE_INFINITY;
      return { error: null, essence: await essence(name, workspaceDir, result, outputs) };
    } catch (error) {
      return { error, essence: null };
    } finally {
      disk.left = Number.POSITIVE_INFINITY;
    }
  };
  try {
    return await work(attempt);
  } finally {
    await rm(workspaceDir, { recursive: true, force: true });
  }
}

/** What a stage left that must not depend on how often it was begun: all but times and latencies. */
async function essence(
  name: string,
  workspaceDir: string,
  // biome-ignore lint/suspicious/noExplicitAny: the stages differ in what they give
  result: any,
  outputs: readonly { kind: string; sha256: string }[],
): Promise<unknown> {
  const files = await readdir(workspaceDir, { recursive: true });
  // Journals are named by what they hold and stay for the next run; nothing half-written may.
  const left = files.filter(file => !file.endsWith('.journal')).sort();
  if (name === 'evaluate') {
    const systems = result.evaluation.systems as { id: string; metrics: object; failures: number }[];
    return { left, systems: systems.map(({ id, metrics, failures }) => ({ id, metrics, failures })) };
  }
  return { left, outputs: outputs.map(({ kind, sha256 }) => ({ kind, sha256 })) };
}

const diskFull = expect.objectContaining({ code: 'disk-full', exitCode: 3, hint: expect.any(String) });

test.each(Object.keys(smallStages))(
  '%s: whichever write finds the disk full, the error says so and the next run ends as if nothing had happened',
  async name => {
    const whole = await inNewWorkspace(attempt => attempt(Number.POSITIVE_INFINITY), name);
    expect(whole.error).toBeNull();
    const needed = disk.used;
    expect(needed).toBeGreaterThan(0);
    // Every write of the stage once, each in a workspace of its own.
    for (let space = 0; space < needed; space++) {
      const [failed, again] = await inNewWorkspace(
        async attempt => [await attempt(space), await attempt(Number.POSITIVE_INFINITY)] as const,
        name,
      );
      expect(failed.error).toEqual(diskFull);
      expect(again).toEqual(whole);
    }
  },
  60_000,
);

test('a full disk on which not even the run can be recorded is told as such', async () => {
  const workspaceDir = await mkdtemp(join(tmpdir(), 'stepdown-full-'));
  const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  const options = {
    workspaceDir,
    runs: runRecords(() => Promise.reject(full)),
    progress: { say: () => undefined, update: () => undefined },
    signal: new AbortController().signal,
    force: false,
  };
  try {
    await expect(runStage(smallStages['report']!(workspaceDir), options)).rejects.toEqual(diskFull);
    expect(existsSync(join(workspaceDir, '.stepdown', 'report.html'))).toBe(false);
  } finally {
    await rm(workspaceDir, { recursive: true, force: true });
  }
});
