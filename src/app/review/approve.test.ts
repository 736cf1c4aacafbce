import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { estimate, exampleEvaluation } from '../../core/fixtures/evaluation.ts';
import type { RunRecord } from '../../core/run-record.ts';
import { openDatabase } from '../../store/database.ts';
import { RunRecords } from '../../store/run-records.ts';
import { reviewWorkspace, rowsOf } from './fixtures/workspace.ts';

const ada = { by: 'Ada', note: 'read all' };

test('a person approves exactly these rows, and other rows are not approved', async () => {
  const { app, writeRows } = await reviewWorkspace();
  await app.runPipeline({ until: 'data' });
  expect((await app.showApproval({ rows: 0, from: 1 })).approval).toBeNull();
  const view = await app.approveTestSet(ada);
  expect(view).toMatchObject({ rows: 6, approval: { by: 'Ada', note: 'read all', incumbent: null } });
  expect((await app.showData({ split: 'train', rows: 0 })).testApproval?.by).toBe('Ada');

  writeRows('rows.jsonl', rowsOf(22, 'row'));
  await app.runPipeline({ until: 'data' });
  expect((await app.showApproval({ rows: 0, from: 1 })).approval?.by).toBe('Ada');
  writeRows('test.jsonl', rowsOf(7, 'held out'));
  await app.runPipeline({ until: 'data' });
  expect(await app.showApproval({ rows: 0, from: 1 })).toMatchObject({ approval: null, history: [] });
  writeRows('test.jsonl', rowsOf(6, 'held out'));
  await app.runPipeline({ until: 'data' });
  expect((await app.showApproval({ rows: 0, from: 1 })).approval?.by).toBe('Ada');
});

test('an approval is taken back by name, once, and the history stays', async () => {
  const { app, dir } = await reviewWorkspace();
  await app.runPipeline({ until: 'data' });
  await expect(app.revokeApproval(ada)).rejects.toMatchObject({ code: 'approval-missing' });
  await app.approveTestSet(ada);
  const { approval, history } = await app.revokeApproval({ by: 'Grace', note: null });
  expect(approval).toBeNull();
  expect(history.map(({ action, by }) => `${action} ${by}`)).toEqual(['approve Ada', 'revoke Grace']);
  await expect(app.revokeApproval(ada)).rejects.toMatchObject({ code: 'approval-missing' });
  expect(readFileSync(join(dir, 'review/approvals.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
});

test('looking at test rows shows the asked ones and writes nothing', async () => {
  const { app, dir } = await reviewWorkspace();
  await app.runPipeline({ until: 'data' });
  const { examples } = await app.showApproval({ rows: 2, from: 5 });
  expect(examples.map(({ messages }) => messages[0]?.content)).toEqual(['held out 4', 'held out 5']);
  expect((await app.showApproval({ rows: 2, from: 7 })).examples).toEqual([]);
  expect(existsSync(join(dir, 'review'))).toBe(false);
});

test('the score of the large model on the same rows stands beside the approval, and only on these', async () => {
  const { app, dir } = await reviewWorkspace();
  const { dataset } = await app.runPipeline({ until: 'data' });
  const example = exampleEvaluation();
  const [system] = example.systems;
  const large = {
    ...system!,
    id: 'large',
    role: 'large' as const,
    title: 'Big',
    metrics: { accuracy: estimate(0.9) },
  };
  const save = async (datasetHash: string, at: string) => {
    const record: RunRecord = {
      schemaVersion: 1,
      id: `run-${at}`,
      stage: 'evaluate',
      status: 'completed',
      startedAt: at,
      endedAt: at,
      inputHash: at,
      parameters: {},
      inputs: [],
      outputs: [],
      result: {
        evaluation: { ...example, datasetHash, systems: [...example.systems, large] },
        file: 'e.json',
      },
      environment: {},
      seeds: {},
      error: null,
    };
    const database = await openDatabase(join(dir, '.stepdown', 'stepdown.db'));
    await new RunRecords(database).save(record);
    await database.destroy();
  };
  await save('e'.repeat(64), '2026-11-28T08:00:00.000Z');
  expect((await app.approveTestSet(ada)).incumbent).toBeNull();
  await save(dataset!.hash, '2026-11-28T09:00:00.000Z');
  const { approval, incumbent } = await app.approveTestSet(ada);
  expect(incumbent).toMatchObject({ title: 'Big', metric: 'accuracy', estimate: { value: 0.9 } });
  expect(approval?.incumbent).toEqual(incumbent);
});

test('a line that nobody can read is named, and nothing is guessed', async () => {
  const { app, dir } = await reviewWorkspace();
  await app.runPipeline({ until: 'data' });
  await app.approveTestSet(ada);
  const path = join(dir, 'review/approvals.jsonl');
  writeFileSync(path, `${readFileSync(path, 'utf8')}<<<<<<< HEAD\n`);
  await expect(app.showApproval({ rows: 0, from: 1 })).rejects.toMatchObject({
    code: 'review-log-unreadable',
    details: { file: 'review/approvals.jsonl', line: 2 },
  });
});
