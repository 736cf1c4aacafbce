import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchmarkModels } from './benchmark.ts';
import { Workspace } from './workspace.ts';

let dir: string;
let workspace: Workspace;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-bench-'));
  const progress = { say: () => undefined, update: () => undefined };
  const { signal } = new AbortController();
  workspace = new Workspace({
    workspaceDir: dir,
    overrides: {},
    progress,
    signal,
  });
});
afterEach(async () => {
  await workspace.close();
  await rm(dir, { recursive: true, force: true });
});

test('without validation rows it says so before any model is fetched', async () => {
  const rows = Array.from({ length: 20 }, (_, row) => ({
    input: `text ${row} of many`,
    output: row % 2 ? 'yes' : 'no',
  }));
  await writeFile(join(dir, 'rows.jsonl'), rows.map(row => JSON.stringify(row)).join('\n'));
  const split = 'split: { validation: 0, test: 0.3 }';
  const data = `data:\n  sources: [{ file: rows.jsonl }]\n  ${split}\n`;
  await writeFile(
    join(dir, 'stepdown.yaml'),
    `name: t\ntask: { kind: classify }\n${data}model: file:none.gguf\n`,
  );
  const bench = benchmarkModels(workspace, { models: ['file:none.gguf'], rows: 10, shots: 0 });
  await expect(bench).rejects.toMatchObject({ code: 'no-validation-rows', exitCode: 4 });
});
