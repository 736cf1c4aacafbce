import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Workspace } from '../workspace.ts';
import { predictFile } from './predict.ts';

let dir: string;
let inputFile: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-predict-'));
  inputFile = join(dir, 'rows.jsonl');
  await writeFile(inputFile, '{"input":"seal is wet"}\n');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Nothing of a workspace is touched by what is refused. */
const untouched = new Proxy({} as Workspace, {
  get: (_, name) => {
    throw new Error(`${String(name)} was asked for`);
  },
});

test('answers never replace the rows that were asked, by whatever name', async () => {
  const link = join(dir, 'link.jsonl');
  await symlink(inputFile, link);
  for (const outputFile of [inputFile, join(dir, '.', 'rows.jsonl'), link]) {
    const answering = predictFile(untouched, { inputFile, outputFile });
    await expect(answering).rejects.toMatchObject({ code: 'output-is-input', exitCode: 2 });
  }
  expect(await readFile(inputFile, 'utf8')).toContain('seal is wet');
});

test('a folder in place of the answers is refused before hours of answering', async () => {
  const answering = predictFile(untouched, { inputFile, outputFile: dir });
  await expect(answering).rejects.toMatchObject({ code: 'output-is-folder', exitCode: 2 });
});

test('answers replace earlier answers, and nothing that somebody else wrote', async () => {
  const outputFile = join(dir, 'labelled.jsonl');
  const labelled = '{"input":"seal is wet","output":"Leaking"}\n';
  await writeFile(outputFile, labelled);
  const answering = predictFile(untouched, { inputFile, outputFile });
  await expect(answering).rejects.toMatchObject({ code: 'output-in-use', exitCode: 2 });
  expect(await readFile(outputFile, 'utf8')).toBe(labelled);
  await writeFile(outputFile, '{"id":"1","text":"Leaking","confidence":0.9,"error":null}\n');
  await expect(predictFile(untouched, { inputFile, outputFile })).rejects.toThrow('was asked for');
});
