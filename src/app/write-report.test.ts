import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Workspace } from './workspace.ts';
import { writeReport } from './write-report.ts';

let dir: string;
let workspace: Workspace;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-report-'));
  await writeFile(join(dir, 'report.html'), '<p>good</p>');
  const latest = async () => ({ outputs: [{ path: 'report.html' }] });
  workspace = { dir, latest } as unknown as Workspace;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('goes where it is wanted, into folders that are not there yet', async () => {
  const path = join(dir, 'for', 'the-board', 'report.html');
  expect(await writeReport(workspace, path)).toEqual({ kind: 'report', path, sizeBytes: 11 });
  expect(await readFile(path, 'utf8')).toBe('<p>good</p>');
  expect((await writeReport(workspace, undefined)).path).toBe(join(dir, 'report.html'));
});

test('is never written over a folder', async () => {
  await expect(writeReport(workspace, dir)).rejects.toMatchObject({ code: 'output-is-folder', exitCode: 2 });
});
