import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import type { Provenance } from '../../stages/grow/index.ts';
import { madeByUs, refuseForeignFile } from '../foreign-file.ts';
import { formatOf, isMade, setAsidePath, writeMade } from './made-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'made-file-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const config = (fields: object) =>
  configSchema.parse({
    name: 'triage',
    task: { kind: 'classify' },
    data: { sources: [{ file: 'rows.csv' }], fields },
  });
const provenance: Provenance = {
  kind: 'generated',
  teacher: { model: 'large', host: 'models.example.com' },
  promptHash: 'p'.repeat(64),
  at: '2026-11-28T00:00:00.000Z',
  seeds: [],
  document: { file: 'manual.pdf', page: 2 },
  intendedLabel: null,
  samples: 5,
  agreement: 1,
  judge: null,
  probability: null,
  tokens: null,
  labelProbabilities: null,
  costUsd: null,
};
const row = { messages: [{ role: 'user' as const, content: 'it drips' }], target: 'Leaking', provenance };

async function written(fields: object) {
  const output = join(folder, 'made.jsonl');
  const parsed = config(fields);
  const format = formatOf(parsed, false);
  await writeMade({ output, format, config: parsed, rows: [row, { ...row, target: 'Noise' }], setAside: [] });
  return {
    output,
    format,
    rows: (await readFile(output, 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  };
}

describe('a file of made rows', () => {
  it('has the columns of the workspace, an id for each row, and one group for a document', async () => {
    const { rows, format } = await written({ input: 'text', output: 'label', id: 'key', group: 'machine' });
    expect(format).toBeNull();
    expect(rows[0]).toMatchObject({ text: 'it drips', label: 'Leaking', machine: 'manual.pdf', provenance });
    expect(rows[0].key).toMatch(/^generated-[0-9a-f]{16}$/u);
    expect(rows[0].key).not.toBe(rows[1].key);
  });

  it('holds conversations where the input of the workspace is a template over columns', async () => {
    const { rows, format } = await written({ input: '{title}\n{body}' });
    expect(format).toBe('chat-jsonl');
    expect(rows[0].messages).toEqual([
      { role: 'user', content: 'it drips' },
      { role: 'assistant', content: 'Leaking' },
    ]);
  });

  it('is known as such, and another file is never written over', async () => {
    const { output } = await written({});
    expect(await madeByUs(output, isMade)).toBe(true);
    await refuseForeignFile(output, isMade);
    expect(setAsidePath(output)).toBe(join(folder, 'made.set-aside.jsonl'));
    await refuseForeignFile(join(folder, 'none.jsonl'), isMade);
    for (const content of ['{"input": "x", "output": "y"}\n', 'id,text\n1,x\n', '"text"\n', 'null\n']) {
      const other = join(folder, 'other.jsonl');
      await writeFile(other, content);
      await expect(refuseForeignFile(other, isMade)).rejects.toMatchObject({ code: 'output-in-use' });
    }
  });
});
