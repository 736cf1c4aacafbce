import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SetAsideRow } from '../../../core/dataset.ts';
import type { Example } from '../../../core/example.ts';
import { rowHash } from '../../../core/review.ts';
import { jsonl, labelled, readRows, workspace } from '../fixtures/workspace.ts';
import { importDataset } from '../import-dataset.ts';

const classify = { kind: 'classify' } as const;
const data = { sources: [{ file: 'rows.jsonl' }, { file: 'distilled.jsonl', split: 'train' as const }] };
const distilled = (input: string, labelProbabilities: unknown) => ({
  input,
  output: 'Leak',
  provenance: { kind: 'distilled', labelProbabilities },
});
const probabilities = { Leak: 0.75, Noise: 0.25 };

async function imported(rows: readonly unknown[], review?: Map<string, never>) {
  const { context } = await workspace({
    'rows.jsonl': jsonl(labelled(100)),
    'distilled.jsonl': jsonl(rows),
  });
  const given = context({ ...data, maxBadShare: 0.5 }, classify);
  const { datasetDir } = await importDataset({
    ...given,
    parameters: { ...given.parameters, ...(review && { review }) },
  });
  const train = await readRows<Example>(join(datasetDir, 'train.jsonl'));
  return {
    train: new Map(train.map(row => [row.messages[0]!.content, row])),
    setAside: await readRows<SetAsideRow>(join(datasetDir, 'set-aside.jsonl')),
  };
}

describe('label probabilities of distilled rows', () => {
  it('reach the train split as they were written, and rows without any have none', async () => {
    const { train } = await imported([distilled('it drips', probabilities), distilled('it hums', null)]);
    expect(train.get('it drips')!.labelProbabilities).toEqual(probabilities);
    expect(train.get('it hums')).not.toHaveProperty('labelProbabilities');
  });

  it('are dropped where a person gave the row another label', async () => {
    const row = rowHash([{ role: 'user', content: 'it drips' }], 'Leak');
    const decision = { id: '00000000', by: 'Ada', at: '2026-11-28T08:00:00.000Z', note: null, action: 'fix' };
    const review = new Map([[row, { ...decision, row, target: 'Noise' } as never]]);
    const { train } = await imported([distilled('it drips', probabilities)], review);
    expect(train.get('it drips')!.target).toBe('Noise');
    expect(train.get('it drips')).not.toHaveProperty('labelProbabilities');
  });

  it('that are no probabilities set the row aside with the reason', async () => {
    const { setAside } = await imported([
      distilled('it drips', probabilities),
      distilled('it hums', { Leak: 'much' }),
    ]);
    expect(setAside).toMatchObject([{ file: 'distilled.jsonl', line: 2, code: 'wrong-type' }]);
    expect(setAside[0]!.reason).toContain('provenance.labelProbabilities');
  });
});
