import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkData } from '../check.ts';
import { readRows, workspace } from '../fixtures/workspace.ts';
import { importDataset } from '../import-dataset.ts';
import { openLabelledFile } from '../loose/open-loose-file.ts';
import { dataConfigSchema } from '../schema.ts';

const file = 'conversations.parquet';
const conversations = () => readFile(new URL(`../fixtures/${file}`, import.meta.url));

it('conversations in a Parquet column are read as those of JSON Lines are', async () => {
  const { context } = await workspace({ [file]: await conversations() });
  const { datasetDir, manifest } = await importDataset(
    context({ sources: [{ file, format: 'chat-parquet' }] }, { kind: 'classify' }),
  );
  expect(manifest.setAside).toEqual({});
  const [first] = await readRows<{ messages: unknown[]; target: string }>(join(datasetDir, 'train.jsonl'));
  expect(first).toMatchObject({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'pump 0' },
    ],
    target: 'Leak',
  });
});

it('conversations in a Parquet column are recognised, or named in the hint', async () => {
  const { context, dir } = await workspace({ [file]: await conversations() });
  const [problem] = await checkData(context({ sources: [{ file }] }, { kind: 'classify' }));
  expect(problem).toMatchObject({ code: 'column-missing', hint: expect.stringContaining('chat-parquet') });
  const { fields, maxRowBytes } = dataConfigSchema.parse({ sources: [{ file }] });
  const reading = { workspaceDir: dir, fields, format: null, maxRowBytes };
  expect((await openLabelledFile(join(dir, file), reading)).format).toBe('chat-parquet');
});
