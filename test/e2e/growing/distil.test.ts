import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  configure,
  inWorkspace,
  lines,
  stepdown,
  testSplitHash,
  theTeacher,
  useWorkspace,
} from './workspace.ts';

useWorkspace();

describe('data distil', () => {
  it('answers a file of inputs, with log-probabilities, and never one of the test split', async () => {
    const all = (await lines('rows.jsonl')).map(row => row.input as string);
    const train = await stepdown('data', 'show', '--rows', '100');
    const validation = await stepdown('data', 'show', '--rows', '100', '--split', 'validation');
    const known = new Set(
      [...train.json.examples, ...validation.json.examples].map(row => row.messages[0].content),
    );
    const sealed = all.filter(input => !known.has(input));
    expect(sealed.length).toBeGreaterThan(5);
    const fresh = ['A Noise in the cellar', 'Overheating bearing'];
    const rows = [...sealed, ...fresh].map(input => JSON.stringify({ input }));
    await writeFile(inWorkspace('inputs.jsonl'), [...rows, '{"text": 1}'].join('\n'));
    const { code, json } = await stepdown(
      'data',
      'distil',
      'made.jsonl',
      '--inputs',
      'inputs.jsonl',
      '--yes',
    );
    expect(code).toBe(0);
    expect(json.setAside).toMatchObject({ 'in-test-split': sealed.length, 'row-unreadable': 1 });
    const made = await lines('made.jsonl');
    expect(made.map(row => [row.input, row.output])).toEqual([
      ['A Noise in the cellar', 'Noise'],
      ['Overheating bearing', 'Overheating'],
    ]);
    expect(made[0].provenance.probability).toBeCloseTo(Math.exp(-0.05), 9);
    expect(made[0].provenance.tokens[0].top).toEqual([{ token: 'Noise', logprob: -3 }]);
    const { labelProbabilities } = made[1].provenance;
    expect(labelProbabilities['Noise'] / labelProbabilities['Overheating']).toBeCloseTo(
      Math.exp(-3 + 0.05),
      9,
    );
    for (const input of sealed) expect(theTeacher().received.join()).not.toContain(input);
    expect(await readFile(inWorkspace('made.set-aside.jsonl'), 'utf8')).not.toContain(sealed[0]);

    const runs = await stepdown('runs', 'list', '--stage', 'distil');
    expect(runs.json.runs).toHaveLength(1);
    const { json: run } = await stepdown('runs', 'show', runs.json.runs[0].id);
    expect(run).toMatchObject({
      status: 'completed',
      parameters: { teacher: { model: 'teacher-model' }, minProbability: null },
      outputs: [
        { kind: 'rows', path: 'made.jsonl' },
        { kind: 'rows-set-aside', path: 'made.set-aside.jsonl' },
      ],
    });
    expect(run.inputs.map(({ kind }: { kind: string }) => kind)).toEqual(['dataset', 'rows']);
    expect(JSON.stringify(run)).not.toContain(sealed[0]);
  });

  it('says of the train rows how many the teacher labels alike', async () => {
    const { code, json } = await stepdown(
      'data',
      'distil',
      'made.jsonl',
      '--yes',
      '--min-probability',
      '0.9',
    );
    expect(code).toBe(0);
    expect(json.before.rows).toBe(json.rows);
    expect(json.before.same).toBe(json.rows);
    expect(json.rows).toBeGreaterThan(20);
  });

  it('gives training the probabilities of the labels, through import', async () => {
    await writeFile(inWorkspace('inputs.jsonl'), JSON.stringify({ input: 'Overheating bearing' }));
    await stepdown('data', 'distil', 'made.jsonl', '--inputs', 'inputs.jsonl', '--yes');
    await configure({ sources: [{ file: 'made.jsonl', split: 'train' }] });
    await testSplitHash();
    const { json } = await stepdown('data', 'show', '--rows', '100');
    const [made] = await lines('made.jsonl');
    const row = json.examples.find(
      ({ source }: { source: { file: string } }) => source.file === 'made.jsonl',
    );
    expect(row.labelProbabilities).toEqual(made.provenance.labelProbabilities);
    expect(Object.keys(row.labelProbabilities).sort()).toEqual(['Noise', 'Overheating']);
  });
});
