import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DevelopmentSplitName } from '../../core/example.ts';
import { rowHash } from '../../core/review.ts';
import { reviewWorkspace, rowsOf } from './fixtures/workspace.ts';
import type { NewDecision } from './views.ts';

const on = (
  text: string,
  target: string,
  action: NewDecision['action'],
  to: string | null = null,
): NewDecision => ({
  action,
  row: rowHash([{ role: 'user', content: text }], target),
  target: to,
  kind: null,
  place: null,
  note: null,
});
const rows = rowsOf(40, 'row');

test('decisions change rows at the next import, count in its lineage, and move no other row between splits', async () => {
  const { app, writeRows } = await reviewWorkspace(false);
  writeRows('rows.jsonl', rows);
  const before = await app.runPipeline({ until: 'data' });
  const textsOf = async (split: DevelopmentSplitName) =>
    (await app.showData({ split, rows: 100 })).examples.map(({ messages, target }) => [
      messages[0]!.content,
      target,
    ]);
  const [train, validation] = [await textsOf('train'), await textsOf('validation')];
  const [dropped, fixed] = [train[0]!, train[1]!];
  const other = fixed[1] === 'Leak' ? 'Noise' : 'Leak';
  const [drop, fix] = await app.recordDecisions('Ada', [
    on(dropped[0]!, dropped[1]!, 'drop'),
    on(fixed[0]!, fixed[1]!, 'fix', other),
    on('gone', 'Leak', 'drop'),
  ]);

  writeRows('rows.jsonl', rows.toReversed());
  const after = await app.runPipeline({ until: 'data' });
  expect(after.dataset?.setAside).toEqual({ 'dropped-in-review': 1 });
  expect(after.dataset?.repairs).toEqual({ 'fixed-in-review': 1 });
  const expected = train.slice(1).map(([text, target]) => [text, text === fixed[0] ? other : target]);
  expect((await textsOf('train')).toSorted()).toEqual(expected.toSorted());
  expect((await textsOf('validation')).toSorted()).toEqual(validation.toSorted());
  const view = await app.showData({ split: 'train', rows: 0 });
  expect(view.setAside[0]?.reason).toMatch(/^review: dropped by Ada on \d{4}-/);

  writeRows('rows.jsonl', rows);
  await app.undoDecision(drop!.id, { by: 'Grace', note: null });
  await app.undoDecision(fix!.id, { by: 'Grace', note: null });
  const undone = await app.runPipeline({ until: 'data' });
  expect(undone.dataset?.hash).toBe(before.dataset?.hash);
  await expect(app.undoDecision(drop!.id, { by: 'Ada', note: null })).rejects.toMatchObject({
    code: 'decision-undone',
  });
  await expect(app.undoDecision('none', { by: 'Ada', note: null })).rejects.toMatchObject({
    code: 'decision-unknown',
  });
  expect((await app.listDecisions()).decisions.map(({ state }) => state)).toEqual([
    'undone',
    'undone',
    'holds',
  ]);
});

test('decisions on rows that are gone are named as stale, and rows only kept are not imported again', async () => {
  const { app, said } = await reviewWorkspace();
  await app.runPipeline({ until: 'data' });
  await app.recordDecisions('Ada', [on('row 0', 'Leak', 'keep')]);
  const [data] = (await app.runPipeline({ until: 'data' })).stages;
  expect(data?.outcome).toBe('unchanged');
  const [gone] = await app.recordDecisions('Ada', [on('gone', 'Leak', 'drop')]);
  await app.runPipeline({ until: 'data' });
  expect(said.join('\n')).toContain(`0 dropped, 0 fixed; 1 stale, their rows are gone (${gone!.id})`);
});

test('an approved test row is not altered without saying so', async () => {
  const { app, said, dir } = await reviewWorkspace();
  await app.runPipeline({ until: 'data' });
  await app.approveTestSet({ by: 'Grace', note: null });
  await app.recordDecisions('Ada', [on('held out 0', 'Leak', 'drop')]);
  await app.runPipeline({ until: 'data' });
  expect(said.join('\n')).toMatch(/test rows are not those that Grace on \S+ approved/);
  expect((await app.showData({ split: 'train', rows: 0 })).testApproval).toBeNull();
  expect(readFileSync(join(dir, 'review/decisions.jsonl'), 'utf8')).toContain('"by":"Ada"');
});

test('a target that does not fit the task stops the import, naming the decision', async () => {
  const { app } = await reviewWorkspace();
  await app.runPipeline({ until: 'data' });
  const [bad] = await app.recordDecisions('Ada', [on('row 0', 'Leak', 'fix', ' ')]);
  await expect(app.runPipeline({ until: 'data' })).rejects.toMatchObject({
    code: 'review-target-invalid',
    details: { decision: bad!.id },
  });
});
