import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleEvaluation } from '../../core/fixtures/evaluation.ts';
import type { Workspace } from '../workspace.ts';
import { compareRuns } from './run-views.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-runs-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Two evaluations that differ in one parameter; of what they left on disk, nothing is there. */
function workspace(): Workspace {
  const run = (id: string, seed: number) => ({
    id,
    stage: 'evaluate',
    status: 'completed',
    parameters: { seed },
    inputs: [{ kind: 'dataset', path: 'dataset', sha256: 'd'.repeat(64), sizeBytes: 1 }],
    result: { evaluation: exampleEvaluation(), file: `${id}/evaluation.json` },
  });
  return { dir, allRuns: async () => [run('first', 1), run('second', 2)] } as unknown as Workspace;
}

test('runs whose answers or rows were deleted are still compared by what is recorded', async () => {
  const bare = await compareRuns(workspace(), 'first', 'second');
  expect(bare.unpaired).toBe('The answers of one of the runs are gone.');
  expect(bare.parameters).toEqual([{ key: 'seed', a: 1, b: 2 }]);
  expect(bare.metrics.find(({ name }) => name === 'accuracy')?.a?.n).toBe(124);
  for (const id of ['first', 'second']) {
    await mkdir(join(dir, id, 'answers'), { recursive: true });
    await writeFile(join(dir, id, 'answers', 'specialist.jsonl'), '');
  }
  const { unpaired } = await compareRuns(workspace(), 'first', 'second');
  expect(unpaired).toBe('The dataset of the runs is gone.');
});
