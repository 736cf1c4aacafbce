import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { splitNames } from '../../core/example.ts';
import { jsonl, labelled, workspace } from './fixtures/workspace.ts';
import { dataConfigSchema, taskConfigSchema } from './schema.ts';
import { createDataStage } from './stage.ts';
import { promptOf } from './task.ts';

const stage = createDataStage();
const classify = { kind: 'classify' } as const;

describe('check', () => {
  const codes = async (...[data, task]: Parameters<Awaited<ReturnType<typeof workspace>>['context']>) => {
    const { context } = await workspace({
      'rows.jsonl': jsonl(labelled(5)),
      'utf16.csv': Buffer.from('\uFEFFa', 'utf16le'),
    });
    return (await stage.check(context(data, task))).map(problem => `${problem.severity} ${problem.code}`);
  };

  it('finds nothing to say about a config that works', async () => {
    expect(await codes({ sources: [{ file: 'rows.jsonl' }] }, classify)).toEqual([]);
  });

  it('finds missing files, columns, encodings and broken schemas before anything runs', async () => {
    const sources = [{ file: 'none.jsonl' }, { file: 'rows.jsonl' }, { file: 'utf16.csv' }];
    const task = { kind: 'extract', schema: { type: 'nothing' } } as const;
    expect(await codes({ sources, fields: { output: 'label' } }, task)).toEqual([
      'error schema-invalid',
      'error data-file-missing',
      'error column-missing',
      'error wrong-encoding',
    ]);
  });

  it('says what to do about a file that is read as what it is not', async () => {
    const chat = { messages: [{ role: 'user', content: 'a' }] };
    const { context } = await workspace({
      'semicolons.csv': 'input;output\na;b\n',
      'chat.jsonl': jsonl([chat]),
      'other.jsonl': jsonl([{ text: 'a' }]),
      'bare.jsonl': jsonl([{}]),
      'list.jsonl': JSON.stringify(labelled(3), null, 1),
      'prose.jsonl': 'Dear all,\n',
      'rows/a.jsonl': jsonl(labelled(3)),
    });
    const said = async (file: string) => {
      const [problem] = await stage.check(context({ sources: [{ file }] }, classify));
      return `${problem!.code}: ${problem!.message} ${problem!.hint}`;
    };
    expect(await said('semicolons.csv')).toMatch(/^column-missing: .*`delimiter: ";"`/);
    expect(await said('chat.jsonl')).toMatch(/^column-missing: .*`format: chat-jsonl`/);
    expect(await said('other.jsonl')).toMatch(/^column-missing: .*it has: text Name the columns/);
    expect(await said('bare.jsonl')).toMatch(/^column-missing: .*it has none Name the columns/);
    expect(await said('list.jsonl')).toMatch(/^file-empty: .*line 1: .* Write one JSON object a line/);
    expect(await said('prose.jsonl')).toMatch(
      /^file-empty: .*line 1: the line is not JSON: .* Correct the file/,
    );
    expect(await said('rows')).toMatch(/^data-file-missing: .*is a folder/);
    expect(await said('none.jsonl')).toMatch(/^data-file-missing: .*is not there Put your rows there/);
  });

  it('finds splits that would be missing', async () => {
    const test = [{ file: 'rows.jsonl', split: 'test' as const }];
    expect(await codes({ sources: test }, classify)).toEqual([
      'error no-train-split',
      'warning no-validation-split',
    ]);
    const auto = { sources: [{ file: 'rows.jsonl' }], split: { test: 0, by: 'group' as const } };
    expect(await codes(auto, classify)).toEqual(['error no-test-split', 'error group-field-missing']);
  });
});

describe('config', () => {
  it('refuses unknown keys and shares that leave nothing to train on', () => {
    const sources = [{ file: 'a.jsonl' }];
    expect(dataConfigSchema.safeParse({ sources, licens: 'MIT' }).success).toBe(false);
    expect(dataConfigSchema.safeParse({ sources, split: { test: 0.5, validation: 0.5 } }).success).toBe(
      false,
    );
    expect(dataConfigSchema.parse({ sources })).toMatchObject({
      maxBadShare: 0.02,
      split: { test: 0.2, seed: 1 },
    });
  });

  it('writes an instruction when stepdown.yaml gives none; the labels are added by whoever asks', () => {
    const prompt = promptOf(taskConfigSchema.parse(classify), {
      kind: 'classify',
      labels: ['Leak', 'Noise'],
    });
    expect(prompt.instruction).toBe('Classify the text.');
    expect(prompt).toMatchObject({ system: null, maxAnswerTokens: 32 });
  });
});

describe('the examples', () => {
  const example = (name: string) => fileURLToPath(new URL(`../../../examples/${name}/`, import.meta.url));
  const content = (name: string, file: string) => readFileSync(`${example(name)}data/${file}`);

  it('fault-triage has 124 clean test rows, and no label that only they have', async () => {
    const files = {
      'train.jsonl': content('fault-triage', 'train.jsonl'),
      'test.jsonl': content('fault-triage', 'test.jsonl'),
    };
    const { context } = await workspace(files);
    const sources = [{ file: 'train.jsonl' }, { file: 'test.jsonl', split: 'test' as const }];
    const { result, outputs } = await stage.run(context({ sources }, classify));
    expect(splitNames.map(name => result.splits[name].rows)).toEqual([452, 50, 0, 124]);
    expect(result).toMatchObject({ setAside: {}, repairs: {}, splitRule: { by: 'stratified' } });
    const counts = Object.values(result.labelCounts!);
    expect(counts).toHaveLength(22);
    expect(counts.filter(count => !count['train'])).toEqual([]);
    expect(outputs).toMatchObject([{ kind: 'dataset', path: `work/${result.hash.slice(0, 16)}` }]);
  });

  it('work-order-entities repeats itself in train only', async () => {
    const names = ['train', 'validation', 'test'] as const;
    const files = names.map(
      name => [`${name}.jsonl`, content('work-order-entities', `${name}.jsonl`)] as const,
    );
    const { context } = await workspace(Object.fromEntries(files));
    const sources = names.map(name => ({ file: `${name}.jsonl`, split: name }));
    const schema = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } };
    const { result } = await stage.run(context({ sources }, { kind: 'extract', schema }));
    expect(names.map(name => result.splits[name].rows)).toEqual([2461, 383, 361]);
    expect([result.setAside, result.repairs]).toEqual([{ 'conflicting-target': 195 }, { duplicate: 287 }]);
  });
});
