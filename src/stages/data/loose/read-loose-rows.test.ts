import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataConfigSchema, taskConfigSchema } from '../schema.ts';
import { readLooseRows } from './read-loose-rows.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-loose-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function read(content: string) {
  const file = join(dir, 'rows.jsonl');
  await writeFile(file, content);
  return readLooseRows(file, {
    data: dataConfigSchema.parse({ sources: [{ file }] }),
    task: taskConfigSchema.parse({ kind: 'classify' }),
    workspaceDir: dir,
    progress: { say: () => {}, update: () => {} },
    signal: new AbortController().signal,
  });
}

it('reads rows of a file that belongs to no dataset, each text once', async () => {
  const row = JSON.stringify({ input: 'the pump leaks', output: 'Leak' });
  expect(await read(`${row}\n${row}\n`)).toMatchObject({ leftOut: 1, examples: [{ target: 'Leak' }] });
});

it('names no file that lists bad rows, as none is kept, but the command that lists them', async () => {
  const failure = await read('{"input":"a","output":"x"}\n{"input":"b"}\n').catch(error => error);
  expect(failure).toMatchObject({ code: 'too-many-bad-rows', details: { setAsideFile: null } });
  expect(failure.message).toContain('missing-field: 1 (line 2)');
  expect(`${failure.message} ${failure.hint}`).not.toContain('set-aside.jsonl');
  expect(failure.hint).toContain('stepdown data audit');
});
