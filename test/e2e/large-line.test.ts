import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTypescript } from './run-typescript.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-large-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const gibibyte = 2 ** 30;
/** Of the whole process, Node itself and the compiler in the loader included; a line held whole takes over 1 GB. */
const peakLimitBytes = 400e6;

/** A file of three rows whose second has about one gibibyte; most of it is a hole that takes no disk. */
async function writeLargeLine(path: string): Promise<number> {
  const file = await open(path, 'w');
  await file.write(`{"input":"before","output":"x"}\n{"input":"${'a'.repeat(8_192)}`);
  await file.truncate(gibibyte);
  const { bytesWritten } = await file.write('","output":"x"}\n{"input":"after","output":"x"}\n', gibibyte);
  await file.close();
  return gibibyte + bytesWritten;
}

test('a line of a gigabyte is set aside by its number, in bounded memory', async () => {
  const sizeBytes = await writeLargeLine(join(folder, 'rows.jsonl'));
  const { rows, read, peakBytes } = (await runTypescript(
    `
    const { openSource, readSource } = await load('src/stages/data/readers/open-source.ts');
    const source = { file: 'rows.jsonl', split: 'auto', encoding: 'utf-8' };
    const opened = await openSource(source, ${JSON.stringify(folder)});
    const rows = [];
    for await (const row of readSource(opened, 1_000_000)) {
      rows.push('problem' in row ? [row.line, row.problem, row.excerpt.length] : [row.line, row.record.input]);
    }
    report({ rows, read: opened.sizeBytes, peakBytes: process.resourceUsage().maxRSS * 1024 });
    `,
  )) as { rows: unknown[]; read: number; peakBytes: number };
  expect(read).toBe(sizeBytes);
  expect(rows).toEqual([
    [1, 'before'],
    [2, { code: 'row-too-long', reason: expect.stringMatching(/^the row has 10737418\d\d bytes/) }, 200],
    [3, 'after'],
  ]);
  expect(peakBytes).toBeLessThan(peakLimitBytes);
});
