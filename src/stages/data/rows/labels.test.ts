import { describe, expect, it } from 'vitest';
import { jsonl, labelled, workspace } from '../fixtures/workspace.ts';
import { importDataset } from '../import-dataset.ts';

const sources = [{ file: 'rows.jsonl' }];

describe('labels', () => {
  it('are counted whatever they are called', async () => {
    const { context } = await workspace({
      'rows.jsonl': jsonl(labelled(40, ['constructor', 'toString', '__proto__', '1'])),
    });
    const { manifest } = await importDataset(context({ sources }, { kind: 'classify' }));
    const counted = Object.entries(manifest.labelCounts!).map(([label, counts]) => [
      label,
      Object.values(counts).reduce((sum, rows) => sum + rows),
    ]);
    expect(Object.fromEntries(counted)).toEqual({ 1: 10, ['__proto__']: 10, constructor: 10, toString: 10 });
    expect(Object).not.toHaveProperty('train');
  });

  it('without a row to learn from are named', async () => {
    const rows = labelled(100, ['a', 'b', 'c', 'd']).map(row => ({ ...row, group: row.output }));
    const { context } = await workspace({ 'rows.jsonl': jsonl(rows) });
    const fields = { group: 'group' };
    const ofGroups = context(
      { sources, fields, split: { validation: 0.25, test: 0.25 } },
      { kind: 'classify' },
    );
    const said: string[] = [];
    const progress = { ...ofGroups.progress, say: (text: string) => said.push(text) };
    const { manifest } = await importDataset({ ...ofGroups, progress });
    const unlearnt = Object.entries(manifest.labelCounts!).filter(([, counts]) => counts.train === 0);
    expect(unlearnt.length).toBe(2);
    const warning = said.find(text => text.startsWith('Warning'));
    expect(warning).toContain('2 labels have no row in the train split');
    for (const [label] of unlearnt) expect(warning).toContain(`"${label}"`);
  });

  it('with one row each leave nothing to hold out, and the error says why', async () => {
    const { context } = await workspace({ 'rows.jsonl': jsonl(labelled(3, ['a', 'b', 'c'])) });
    await expect(importDataset(context({ sources }, { kind: 'classify' }))).rejects.toMatchObject({
      code: 'split-empty',
      hint: expect.stringContaining('only row of a label'),
    });
  });
});
