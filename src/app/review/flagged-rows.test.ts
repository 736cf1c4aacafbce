import { expect, test } from 'vitest';
import { reviewWorkspace, rowsOf } from './fixtures/workspace.ts';

test('a row that is flagged for another one comes with that one', async () => {
  const { app, writeRows } = await reviewWorkspace();
  const pump = 'the pump in hall seven leaks a little water every morning';
  writeRows('rows.jsonl', [...rowsOf(20, 'row'), [pump, 'Leak'], [`${pump}s`, 'Noise']]);
  await app.runPipeline({ until: 'data' });
  const { open } = await app.flaggedRows({});
  const others = open.flatMap(({ input, flags }) =>
    input.startsWith(pump)
      ? flags.filter(({ kind }) => kind.startsWith('near-')).map(({ other }) => other)
      : [],
  );
  expect(others.length).toBeGreaterThan(0);
  for (const other of others)
    expect([
      { file: 'rows.jsonl', line: 21, input: pump, target: 'Leak' },
      { file: 'rows.jsonl', line: 22, input: `${pump}s`, target: 'Noise' },
    ]).toContainEqual({ ...other, split: undefined });
});
