import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../core/example.ts';
import type { RunRecord } from '../../core/run-record.ts';
import { freezeDataset } from '../../stages/data/freeze.ts';
import { captureOf } from '../../store/captures/fixtures/capture.ts';
import { newRunId } from '../../store/run-records.ts';
import { withCaptures } from '../captures/open-store.ts';
import { temporaryWorkspace } from '../fixtures/temporary-workspace.ts';
import { audit } from './audit.ts';

const here = temporaryWorkspace('audit');

const rows = [
  ['where is my card', 'card'],
  ['Where is  my card', 'card'],
  ['close my account', 'account'],
  ['open an account for me', 'account'],
  ['where is my card', 'account'],
] as const;
const jsonl = rows.map(([input, output]) => JSON.stringify({ input, output })).join('\n');
const chat = rows
  .map(([input, output]) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: input },
        { role: 'assistant', content: output },
      ],
    }),
  )
  .join('\n');
const delimited = (by: string) => [`input${by}output`, ...rows.map(row => row.join(by))].join('\n');

describe('the audit of a file', () => {
  it.each([
    ['rows.jsonl', jsonl, 0],
    ['chat.jsonl', chat, 0],
    ['rows.csv', delimited(','), 1],
    ['rows.tsv', delimited('\t'), 1],
    ['semicolons.csv', delimited(';'), 1],
  ])('reads %s, and names rows by their lines', async (name, content, header) => {
    const found = await audit(here.workspace, { file: here.write(name, content), kind: 'classify' });
    const linesOf = (kind: string) => found.findings.find(one => one.kind === kind)?.lines[0]?.lines;
    expect(found).toMatchObject({ rows: 5, files: [{ file: name, split: null }], datasetHash: null });
    expect(linesOf('exact-duplicate')).toEqual([2 + header]);
    expect(linesOf('conflict')).toEqual([5 + header]);
  });

  it('reads Parquet', async () => {
    const path = fileURLToPath(new URL('../../stages/data/fixtures/rows-zstd.parquet', import.meta.url));
    expect(await audit(here.workspace, { file: path })).toMatchObject({ rows: 3 });
  });

  it('gives rows the ids that import gives them', async () => {
    const path = here.write(
      'rows.jsonl',
      '{"input":"a b c","output":"x","id":"one"}\n{"input":"a b c","output":"x"}',
    );
    const { findings } = await audit(here.workspace, { file: path });
    expect(findings[0]!.items[0]!.rows[0]!.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('compares splits, and leaves no trace in the folder', async () => {
    const found = await audit(here.workspace, {
      file: here.write('train.jsonl', jsonl),
      others: [
        { split: 'test', file: here.write('test.jsonl', '{"input":"CLOSE my account","output":"account"}') },
      ],
      kind: 'classify',
    });
    expect(found.findings[0]).toMatchObject({ kind: 'leak', lines: [{ split: 'train', lines: [3] }] });
    expect(existsSync(join(here.dir, '.stepdown'))).toBe(false);
  });

  it('reads captured inputs with or without answers', async () => {
    const traffic = here.write(
      'traffic.jsonl',
      '{"input":"where is my card"}\n{"messages":[{"role":"user","content":"quantum lattice theory"},{"role":"assistant","content":"?"}]}\n{"x":1}',
    );
    const many = Array.from({ length: 60 }, (_, row) =>
      JSON.stringify({ input: `where is my card number ${row} now`, output: 'card' }),
    ).join('\n');
    const found = await audit(here.workspace, {
      file: here.write('rows.jsonl', many),
      traffic,
      kind: 'classify',
    });
    const uncovered = found.findings.find(({ kind }) => kind === 'uncovered-traffic');
    expect(uncovered?.items[0]).toMatchObject({ rows: [{ file: 'traffic.jsonl', line: 2 }], target: null });
  });

  it('takes columns from its options', async () => {
    const path = here.write('rows.jsonl', '{"text":"a","label":"x"}\n{"text":"a","label":"x"}');
    expect(await audit(here.workspace, { file: path, input: 'text', output: 'label' })).toMatchObject({
      rows: 2,
    });
  });

  it('lists bad rows with their lines and goes on', async () => {
    const found = await audit(here.workspace, {
      file: here.write('rows.jsonl', `${jsonl}\nnot json\n{"input":"x"}`),
    });
    expect(found.findings.find(({ kind }) => kind === 'unusable')).toMatchObject({
      count: 2,
      lines: [{ lines: [6, 7] }],
    });
  });
});

describe('the audit of a workspace', () => {
  const example = (id: string, content: string, target: string, line: number): Example => ({
    id,
    messages: [{ role: 'user', content }],
    target,
    references: [],
    group: null,
    source: { file: 'rows.jsonl', line },
  });

  it('reads the frozen development splits, and the test split stays sealed', async () => {
    const frozen = await freezeDataset(
      {
        splits: {
          train: [example('a', 'where is my card', 'card', 3)],
          validation: [example('b', 'Where is my card?', 'card', 7)],
          calibration: [],
          test: [example('c', 'where is my card', 'account', 9)],
        },
        setAside: [],
        repairs: [],
        describe: {
          task: { kind: 'classify', labels: ['account', 'card'] },
          labelCounts: null,
          sources: [],
          setAside: {},
          repairs: {},
          splitRule: { by: 'random', seed: 1 },
          licence: null,
        },
      },
      here.workspace.inside('datasets'),
    );
    await (await here.workspace.runs()).save(completedRun('data', frozen.datasetDir));
    const found = await audit(here.workspace, { kind: 'classify' });
    expect(found).toMatchObject({ rows: 2, datasetHash: frozen.manifest.hash });
    expect(found.findings.map(({ kind }) => kind)).not.toContain('conflict');
    expect(found.findings.find(({ kind }) => kind === 'near-leak')?.items[0]?.rows).toEqual([
      { split: 'train', file: 'rows.jsonl', line: 3, id: 'a' },
      { split: 'validation', file: 'rows.jsonl', line: 7, id: 'b' },
    ]);
    expect(JSON.stringify(found)).not.toContain('"test"');
  });
});

describe('captured inputs of the workspace', () => {
  const many = Array.from({ length: 60 }, (_, row) =>
    JSON.stringify({ input: `where is my card number ${row} now`, output: 'card' }),
  ).join('\n');
  const audited = (alias: string | null) =>
    audit(here.workspace, { file: here.write('rows.jsonl', many), captures: { alias }, kind: 'classify' });
  const user = (content: string) => ({ messages: [{ role: 'user' as const, content }] });

  it('that no row is near are named by the ids of their captures; failed requests and other aliases are not', async () => {
    here.write(
      'stepdown.yaml',
      'name: mine\ntask: { kind: classify }\ndata: { sources: [{ file: rows.jsonl }] }\n',
    );
    await withCaptures(here.workspace, store =>
      store.add([
        { capture: captureOf('near', user('where is my card number 70 now')) },
        {
          capture: captureOf('far', {
            messages: [
              { role: 'system', content: 'where is my card number 7 now' },
              { role: 'user', content: 'quantum lattice theory' },
            ],
          }),
        },
        { capture: captureOf('failed', { ...user('gluon plasma'), status: 500 }) },
        { capture: captureOf('other', { ...user('topology of knots'), alias: 'other' }) },
      ]),
    );
    const ids = async (alias: string | null) =>
      (await audited(alias)).findings
        .find(({ kind }) => kind === 'uncovered-traffic')
        ?.items.map(({ rows: [row] }) => row?.id)
        .sort();
    expect(await ids('triage')).toEqual(['far']);
    expect(await ids(null)).toEqual(['far', 'other']);
  });

  it('are refused where there are none, and beside a file of them', async () => {
    await expect(audited(null)).rejects.toMatchObject({ code: 'captures-missing' });
    expect(existsSync(join(here.dir, '.stepdown'))).toBe(false);
    await expect(
      audit(here.workspace, {
        file: here.write('rows.jsonl', many),
        traffic: 'x.jsonl',
        captures: { alias: null },
      }),
    ).rejects.toMatchObject({ code: 'audit-traffic-twice' });
  });
});

it('the context is that of the base model; without its file, tokens are estimated and said to be', async () => {
  const model = { id: 'tiny', contextTokens: 4 };
  await (await here.workspace.runs()).save({
    ...completedRun('base', 'none'),
    result: { model, hfDir: join(here.dir, 'none'), baseGguf: join(here.dir, 'none.gguf') },
  });
  const found = await audit(here.workspace, { file: here.write('rows.jsonl', jsonl), kind: 'classify' });
  const long = found.findings.find(({ kind }) => kind === 'too-long');
  expect(long).toMatchObject({ count: 5, method: expect.stringContaining('no tokenizer was asked') });
  expect(found.profile.tokens.exact).toBe(false);
});

function completedRun(stage: string, path: string): RunRecord {
  const at = new Date('2026-11-24T00:00:00Z');
  return {
    schemaVersion: 1,
    id: newRunId(stage, at),
    stage,
    status: 'completed',
    startedAt: at.toISOString(),
    endedAt: at.toISOString(),
    inputHash: stage.padEnd(64, '0'),
    parameters: {},
    inputs: [],
    outputs: [{ kind: 'dataset', path, sha256: '0'.repeat(64), sizeBytes: 1 }],
    result: null,
    environment: {},
    seeds: {},
    error: null,
  };
}

describe('a file that cannot be audited', () => {
  it.each([
    ['rows-file-missing', 'none.jsonl', null],
    ['data-format-unknown', 'rows.dat', jsonl],
    ['file-empty', 'rows.jsonl', ''],
    ['audit-no-rows', 'header.csv', 'input,output\n'],
    ['rows-column-missing', 'rows.jsonl', '{"text":"a","label":"x"}'],
    ['wrong-encoding', 'rows.jsonl', Buffer.from('{"input":"caf\xe9","output":"x"}', 'latin1')],
    ['audit-no-rows', 'rows.jsonl', 'no json\nat all'],
  ])('is refused as %s: %s', async (code, name, content) => {
    const path = content === null ? join(here.dir, name) : here.write(name, content);
    await expect(audit(here.workspace, { file: path })).rejects.toMatchObject({ code });
  });

  it('says how to name the format and the columns on the command line', async () => {
    await expect(audit(here.workspace, { file: here.write('rows.dat', jsonl) })).rejects.toMatchObject({
      hint: expect.stringContaining('--format'),
    });
    await expect(
      audit(here.workspace, { file: here.write('rows.jsonl', '{"text":"a"}') }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('it has: text'),
      hint: expect.stringContaining('--input'),
    });
  });

  it('is another split without the first', async () => {
    const others = [{ split: 'test' as const, file: here.write('test.jsonl', jsonl) }];
    await expect(audit(here.workspace, { others })).rejects.toMatchObject({
      code: 'audit-split-without-file',
    });
  });

  it('is a workspace without a frozen dataset', async () => {
    await expect(audit(here.workspace, {})).rejects.toMatchObject({ code: 'stage-not-run' });
  });
});
