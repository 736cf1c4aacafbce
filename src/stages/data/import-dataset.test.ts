import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Repair, SetAsideRow } from '../../core/dataset.ts';
import type { Example } from '../../core/example.ts';
import { jsonl, labelled, readRows, workspace } from './fixtures/workspace.ts';
import { importDataset } from './import-dataset.ts';

const classify = { kind: 'classify' } as const;
const one = { sources: [{ file: 'rows.jsonl' }] };
const trainAndTest = {
  sources: [
    { file: 'train.jsonl', split: 'train' as const },
    { file: 'test.jsonl', split: 'test' as const },
  ],
};

async function rowsOf(datasetDir: string, file: string): Promise<Example[]> {
  return readRows<Example>(join(datasetDir, file));
}

describe('bad rows', () => {
  it('lists each with file, line, code, reason and excerpt, and goes on while they are few', async () => {
    const good = labelled(100).map(row => JSON.stringify(row));
    const bad = [
      '{"input": "cut off',
      '{"output":"Leak"}',
      '{"input":["a"],"output":"Leak"}',
      '{"input":" \\n ","output":"Leak"}',
      '{"input":"no label","output":" "}',
      `{"input":"wrong label","output":"Leek","note":"${'x'.repeat(500)}"}`,
    ];
    const { dir, context } = await workspace({ 'rows.jsonl': [...bad, ...good].join('\n') });
    const { manifest, datasetDir } = await importDataset(
      context({ ...one, maxBadShare: 0.1 }, { ...classify, labels: ['Leak', 'Noise'] }),
    );
    const listed = await readRows<SetAsideRow>(join(datasetDir, 'set-aside.jsonl'));
    expect(listed.map(row => [row.line, row.code])).toEqual([
      [1, 'not-json'],
      [2, 'missing-field'],
      [3, 'wrong-type'],
      [4, 'empty-input'],
      [5, 'empty-output'],
      [6, 'unknown-label'],
    ]);
    expect(listed.every(row => row.file === 'rows.jsonl' && row.excerpt.length <= 200)).toBe(true);
    expect(listed[5]!.reason).toContain('did you mean "Leak"?');
    expect(manifest.setAside).toEqual({
      'empty-input': 1,
      'empty-output': 1,
      'missing-field': 1,
      'not-json': 1,
      'unknown-label': 1,
      'wrong-type': 1,
    });
    expect(await readFile(join(datasetDir, 'manifest.json'), 'utf8')).not.toContain(dir);
  });

  it('stops above the share, after writing the list and naming it with reasons and lines', async () => {
    const rows = [...labelled(20), { output: 'Leak' }];
    const { dir, context } = await workspace({ 'rows.jsonl': jsonl(rows) });
    const failure = importDataset(context(one, classify));
    await expect(failure).rejects.toMatchObject({
      code: 'too-many-bad-rows',
      exitCode: 4,
      message: expect.stringMatching(
        /1 of 21 rows[\s\S]*missing-field: 1 \(line 21\)[\s\S]*work\/set-aside\.jsonl/,
      ),
    });
    expect(await readRows(join(dir, 'work/set-aside.jsonl'))).toHaveLength(1);
  });

  it('takes the share per file, so a small test file cannot hide behind a large training file', async () => {
    const { context } = await workspace({
      'train.jsonl': jsonl(labelled(500)),
      'test.jsonl': jsonl([...labelled(10, ['Leak'], 'test'), { input: 'odd', output: 'Unheard-of' }]),
    });
    await expect(importDataset(context(trainAndTest, classify))).rejects.toMatchObject({
      code: 'too-many-bad-rows',
      details: { file: 'test.jsonl', byCode: { 'unknown-label': 1 } },
    });
  });

  it('sets later rows with a used id aside and names the first', async () => {
    const rows = labelled(60).map((row, index) => ({ ...row, id: index === 59 ? 3 : index }));
    const { context } = await workspace({ 'rows.jsonl': jsonl(rows) });
    const { datasetDir } = await importDataset(context({ ...one, fields: { id: 'id' } }, classify));
    const [listed] = await readRows<SetAsideRow>(join(datasetDir, 'set-aside.jsonl'));
    expect(listed).toMatchObject({
      line: 60,
      code: 'duplicate-id',
      reason: expect.stringContaining('line 4'),
    });
  });

  it('refuses one label only, a header without rows, and rows too few to hold any out', async () => {
    const { context } = await workspace({
      'rows.jsonl': jsonl(labelled(50, ['Leak'])),
      'empty.csv': 'input,output\n',
      'few.jsonl': jsonl(labelled(2)),
    });
    await expect(importDataset(context(one, classify))).rejects.toMatchObject({ code: 'one-label' });
    const from = (file: string) => context({ sources: [{ file }] }, classify);
    await expect(importDataset(from('empty.csv'))).rejects.toMatchObject({ code: 'file-empty' });
    await expect(importDataset(from('few.jsonl'))).rejects.toMatchObject({ code: 'split-empty' });
  });

  it('says which labels differ only in case, and refuses a list that names one label twice', async () => {
    const labels = ['Leak', 'LEAK', 'Noise'];
    const { context } = await workspace({ 'rows.jsonl': jsonl(labelled(60, labels)) });
    const said: string[] = [];
    const run = (task: Parameters<typeof context>[1]) => {
      const given = context(one, task);
      return importDataset({ ...given, progress: { ...given.progress, say: line => said.push(line) } });
    };
    const { manifest } = await run(classify);
    expect(manifest.task).toMatchObject({ labels: ['LEAK', 'Leak', 'Noise'] });
    expect(said.join('\n')).toContain(
      'Warning: labels that differ only in case count as different: "LEAK" and "Leak".',
    );
    const listed = { ...classify, labels: ['Hot  spot', 'Hot spot'] };
    await expect(run(listed)).rejects.toMatchObject({ code: 'labels-repeated' });
  });

  it('stops when asked to, leaving nothing half-written', async () => {
    const { context } = await workspace({ 'rows.jsonl': jsonl(labelled(50)) });
    const stopped = { ...context(one, classify), signal: AbortSignal.abort() };
    await expect(importDataset(stopped)).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
  });
});

describe('extract', () => {
  const schema = {
    type: 'object' as const,
    properties: { item: { type: 'array', items: { type: 'string' } } },
    additionalProperties: false,
  };

  it('checks each target against the schema and stores it as canonical JSON', async () => {
    const rows = [
      { input: 'a', output: '{ "item": ["pump"] }' },
      { input: 'b', output: { item: [] } },
      { input: 'c', output: '{"item": "pump"}' },
      { input: 'd', output: '{item}' },
      { input: 'e', output: '{"itme": []}' },
    ];
    const { context } = await workspace({
      'train.jsonl': jsonl(rows),
      'test.jsonl': jsonl([{ input: 'z', output: {} }]),
    });
    const { datasetDir } = await importDataset(
      context({ ...trainAndTest, maxBadShare: 0.9 }, { kind: 'extract', schema }),
    );
    expect((await rowsOf(datasetDir, 'train.jsonl')).map(row => row.target)).toEqual([
      '{"item":["pump"]}',
      '{"item":[]}',
    ]);
    const listed = await readRows<SetAsideRow>(join(datasetDir, 'set-aside.jsonl'));
    expect(listed.map(row => row.code)).toEqual(['schema-mismatch', 'output-not-json', 'schema-mismatch']);
    expect(listed[2]!.reason).toContain('itme');
  });

  it('refuses a schema that is wrong, reaches outside itself, or is not there', async () => {
    const { context } = await workspace({ 'rows.jsonl': jsonl(labelled(5)), 'list.json': '[]' });
    const run = (of: Record<string, unknown> | string) =>
      importDataset(context(one, { kind: 'extract', schema: of as never }));
    await expect(run({ type: 'objekt' })).rejects.toMatchObject({ code: 'schema-invalid', exitCode: 2 });
    await expect(run({ type: 'object', propertys: {} })).rejects.toMatchObject({ code: 'schema-invalid' });
    await expect(run({ $ref: 'https://example.com/schema.json' })).rejects.toMatchObject({
      code: 'schema-invalid',
    });
    await expect(run('none.json')).rejects.toMatchObject({ code: 'schema-file-unreadable' });
    await expect(run('list.json')).rejects.toMatchObject({ code: 'schema-file-unreadable' });
  });
});

describe('chat format and templates', () => {
  it('takes the last assistant message as the target and keeps the turns before it', async () => {
    const chat = (text: string, label: string) => ({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text }] },
        // As exporters write it where nothing was called.
        { role: 'assistant', content: label, tool_calls: text.endsWith('1') ? [] : null },
      ],
    });
    const rows = labelled(40).map(row => chat(row.input, row.output!));
    const noAnswer = { messages: [{ role: 'user', content: 'x' }] };
    const toolCall = {
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: null, tool_calls: [{ id: 'call' }] },
      ],
    };
    const silent = { messages: [toolCall.messages[0], { role: 'assistant', content: null }] };
    const { context } = await workspace({ 'rows.jsonl': jsonl([...rows, noAnswer, toolCall, silent]) });
    const sources = [{ file: 'rows.jsonl', format: 'chat-jsonl' as const }];
    const { datasetDir } = await importDataset(context({ sources, maxBadShare: 0.1 }, classify));
    const [first] = await rowsOf(datasetDir, 'train.jsonl');
    expect(first!.messages.map(message => message.role)).toEqual(['system', 'user']);
    expect(['Leak', 'Noise']).toContain(first!.target);
    const listed = await readRows<SetAsideRow>(join(datasetDir, 'set-aside.jsonl'));
    expect(listed.map(row => row.code)).toEqual(['missing-field', 'wrong-type', 'wrong-type']);
    expect(listed.slice(1).map(row => row.reason)).toEqual([
      'messages[1].tool_calls: has tool calls, which are not supported',
      'messages[1].content: is not text',
    ]);
  });

  it('fills a template from several columns', async () => {
    const csv = `title,body,kind\n${Array.from({ length: 40 }, (_, n) => `T${n},B${n},${n % 2 ? 'Leak' : 'Noise'}`).join('\n')}`;
    const { context } = await workspace({ 'rows.csv': csv });
    const fields = { input: '{{{title}}}\n{body}', output: 'kind' };
    const { datasetDir } = await importDataset(
      context({ sources: [{ file: 'rows.csv' }], fields }, classify),
    );
    expect((await rowsOf(datasetDir, 'train.jsonl'))[0]!.messages[0]!.content).toMatch(/^\{T(\d+)\}\nB\1$/);
  });
});

describe('duplicates, conflicts and leaks', () => {
  it('repairs copies inside and between splits; the test split keeps its row', async () => {
    const { context } = await workspace({
      'train.jsonl': jsonl([
        ...labelled(40),
        { input: 'ROW  0 ', output: 'Leak' },
        { input: 'shared', output: 'Noise' },
      ]),
      'test.jsonl': jsonl([...labelled(5, ['Leak'], 'test'), { input: 'Shared', output: 'Leak' }]),
    });
    const { datasetDir, manifest } = await importDataset(context(trainAndTest, classify));
    expect(manifest.splits.train.rows).toBe(40);
    expect(manifest.splits.test.rows).toBe(6);
    expect(await readRows<Repair>(join(datasetDir, 'repairs.jsonl'))).toMatchObject([
      { code: 'duplicate', file: 'train.jsonl', line: 41, because: { file: 'train.jsonl', line: 1 } },
      { code: 'text-in-two-splits', file: 'train.jsonl', line: 42, because: { file: 'test.jsonl', line: 6 } },
    ]);
  });

  it('keeps the target most rows have, sets ties aside, and names the other lines', async () => {
    const same = (input: string, labels: string[]) => labels.map(output => ({ input, output }));
    const conflicts = [...same('a', ['Leak', 'Noise', 'Leak']), ...same('b', ['Leak', 'Noise'])];
    const files = {
      'train.jsonl': jsonl([...conflicts, ...labelled(10)]),
      'test.jsonl': jsonl(labelled(4, undefined, 'test')),
    };
    const { context } = await workspace(files);
    const run = async (rule: 'majority' | 'set-aside') => {
      const { datasetDir } = await importDataset(
        context({ ...trainAndTest, duplicates: { conflicts: rule } }, classify),
      );
      const listed = await readRows<SetAsideRow>(join(datasetDir, 'set-aside.jsonl'));
      expect(listed.every(row => row.code === 'conflicting-target')).toBe(true);
      return listed;
    };
    const majority = await run('majority');
    expect(majority.map(row => row.line)).toEqual([2, 4, 5]);
    expect(majority[0]!.reason).toContain('train.jsonl line 1, train.jsonl line 3');
    expect((await run('set-aside')).map(row => row.line)).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps several right answers of a generate task: rows in train, references elsewhere', async () => {
    const several = [
      { input: 'x', output: 'one' },
      { input: 'x', output: 'two' },
    ];
    const { context } = await workspace({
      'train.jsonl': jsonl(several),
      'test.jsonl': jsonl(several.map(row => ({ ...row, input: 'y' }))),
    });
    const { datasetDir } = await importDataset(context(trainAndTest, { kind: 'generate' }));
    expect((await rowsOf(datasetDir, 'train.jsonl')).map(row => row.target)).toEqual(['one', 'two']);
    expect(await rowsOf(datasetDir, 'test/test.jsonl')).toMatchObject([
      { target: 'one', references: ['two'] },
    ]);
  });
});

describe('freezing', () => {
  it('gives the same hash in another folder, and uses an equal dataset again', async () => {
    const files = {
      'rows.jsonl': jsonl([...labelled(50), { input: 'line\u2028separator', output: 'Leak' }]),
    };
    const [first, second] = [await workspace(files), await workspace(files)];
    const here = await importDataset(first.context(one, classify));
    const there = await importDataset(second.context(one, classify));
    const again = await importDataset(first.context(one, classify));
    expect(there.manifest).toEqual(here.manifest);
    expect([here.reused, again.reused]).toEqual([false, true]);
    expect(again.datasetDir).toBe(here.datasetDir);
  });

  it('makes a dataset again that was changed by hand', async () => {
    const { context } = await workspace({ 'rows.jsonl': jsonl(labelled(50)) });
    const { datasetDir } = await importDataset(context(one, classify));
    const before = await readFile(join(datasetDir, 'train.jsonl'), 'utf8');
    await writeFile(join(datasetDir, 'train.jsonl'), '');
    expect((await importDataset(context(one, classify))).reused).toBe(false);
    expect(await readFile(join(datasetDir, 'train.jsonl'), 'utf8')).toBe(before);
  });

  it('changes its hash with the seed', async () => {
    const { context } = await workspace({ 'rows.jsonl': jsonl(labelled(50)) });
    const first = await importDataset(context(one, classify));
    const second = await importDataset(context({ ...one, split: { seed: 2 } }, classify));
    expect(second.manifest.hash).not.toBe(first.manifest.hash);
  });
});
