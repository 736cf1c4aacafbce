import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonLines, writeJsonLines } from './jsonl.ts';

test('JSON Lines come back as written, whatever characters they hold', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stepdown-jsonl-'));
  const file = join(folder, 'rows.jsonl');
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u2028', '\r', '\n', '\u2029 x'));
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ text })), async rows => {
        await writeJsonLines(file, rows);
        const read: unknown[] = [];
        for await (const row of readJsonLines(file)) read.push(row);
        expect(read).toEqual(rows);
      }),
      { numRuns: 40 },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
