import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exampleEvaluation } from '../../core/fixtures/evaluation.ts';
import type { RunRecord } from '../../core/run-record.ts';
import { newRunId } from '../../store/run-records.ts';
import { temporaryWorkspace } from '../fixtures/temporary-workspace.ts';
import { appendApproval } from '../review/test-approval.ts';
import { shownBy } from './cascade-evidence.ts';
import { decideFromAnswers } from './decide.ts';
import { likenessOf } from './rows-evidence.ts';

const evaluation = exampleEvaluation();
const here = temporaryWorkspace('decide');

const answers = (text: string) => here.write('answers.yaml', text);

async function completed(stage: string, result: unknown): Promise<string> {
  const at = new Date('2026-11-24T00:00:00Z');
  const record: RunRecord = {
    schemaVersion: 1,
    id: newRunId(stage, at),
    stage,
    status: 'completed',
    startedAt: at.toISOString(),
    endedAt: at.toISOString(),
    inputHash: stage.padEnd(64, '0'),
    parameters: {},
    inputs: [],
    outputs: [],
    result,
    environment: {},
    seeds: {},
    error: null,
  };
  await (await here.workspace.runs()).save(record);
  return record.id;
}

test('a folder without stepdown.yaml will do, and stays as it is', async () => {
  const decision = await decideFromAnswers(here.workspace, {
    answersFile: answers('task: { kind: classify }\n'),
  });
  expect(decision.assumptions.filter(({ origin }) => origin === 'measured')).toEqual([]);
  expect(existsSync(join(here.dir, '.stepdown'))).toBe(false);
});

test('what the workspace has measured takes the place of defaults', async () => {
  writeFileSync(
    join(here.dir, 'stepdown.yaml'),
    [
      'name: mine',
      `task: { kind: ${evaluation.taskKind}, instruction: Answer. }`,
      'data: { sources: [{ file: rows.jsonl }] }',
      'large: { baseUrl: "http://127.0.0.1:9/v1", model: big, price: { input: 2, output: 8 } }',
    ].join('\n'),
  );
  const split = { rows: 200, groups: 200, sha256: 'a'.repeat(64) };
  await completed('data', { splits: { train: split, validation: split, calibration: split, test: split } });
  const run = await completed('evaluate', { evaluation, file: 'evaluation.json' });
  const decision = await decideFromAnswers(here.workspace, {
    answersFile: answers(`task: { kind: ${evaluation.taskKind} }\n`),
  });
  const assumption = (key: string) => decision.assumptions.find(candidate => candidate.key === key);
  expect(assumption('data.labelledRows')).toMatchObject({ origin: 'measured', range: { value: 800 } });
  expect(assumption('incumbent.price.cachedInput')).toMatchObject({
    origin: 'configured',
    range: { value: 2 },
  });
  const specialist = evaluation.systems.find(({ id }) => id === 'specialist')!;
  expect(assumption('hardware.cpu.requestSeconds')).toMatchObject({
    origin: 'measured',
    range: { value: specialist.latencyMs!.p50 / 1000 },
  });
  expect(assumption('hardware.cpu.requestSeconds')?.source).toContain(run);
});

test('test rows count as approved while somebody’s word on them stands', async () => {
  writeFileSync(
    join(here.dir, 'stepdown.yaml'),
    `name: mine\ntask: { kind: ${evaluation.taskKind}, instruction: Answer. }\ndata: { sources: [{ file: rows.jsonl }] }\n`,
  );
  const split = { rows: 200, groups: 200, sha256: 'a'.repeat(64) };
  const splits = { train: split, validation: split, calibration: split, test: split };
  await completed('data', { hash: evaluation.datasetHash, splits });
  await completed('evaluate', { evaluation, file: 'evaluation.json' });
  const risks = async () => {
    const answersFile = answers(`task: { kind: ${evaluation.taskKind} }\n`);
    return (await decideFromAnswers(here.workspace, { answersFile })).risks.map(({ rule }) => rule);
  };
  const say = (action: 'approve' | 'revoke') =>
    appendApproval(here.workspace, {
      schemaVersion: 1,
      action,
      testHash: split.sha256,
      datasetHash: evaluation.datasetHash,
      rows: 200,
      by: 'Ada Lovelace',
      at: '2026-11-24T00:00:00Z',
      note: null,
      incumbent: null,
    });
  expect(await risks()).toContain('test-set-unapproved');
  await say('approve');
  expect(await risks()).not.toContain('test-set-unapproved');
  // Of an evaluated dataset that was replaced since, the log still knows the test rows.
  await completed('data', {
    hash: 'f'.repeat(64),
    splits: { ...splits, test: { ...split, sha256: 'b'.repeat(64) } },
  });
  expect(await risks()).not.toContain('test-set-unapproved');
  await say('revoke');
  expect(await risks()).toContain('test-set-unapproved');
});

describe('labelled rows', () => {
  const parts = ['pump', 'valve', 'motor', 'belt'];
  const faults = ['Leaking', 'Loud', 'Hot'];
  const rows = Array.from({ length: 400 }, (_, index) => {
    const [part, fault] = [parts[index % parts.length]!, faults[index % faults.length]!];
    return JSON.stringify({
      input: `${part} ${index} reported ${fault.toLowerCase()} by shift`,
      output: fault,
    });
  });

  test('say nothing of their labels where the model that judges them knows too little of them', async () => {
    const [things, states] = ['pump motor valve fan', 'hot cold loud wet'].map(words => words.split(' '));
    const dataFile = join(here.dir, 'paired.jsonl');
    const paired = Array.from({ length: 400 }, (_, row) => ({
      input: `${things![row % 4]} is at ${row * 7919} and ${states![(row >> 2) % 4]}`,
      output: 'ABCD'[((row % 4) + (row >> 2)) % 4],
    }));
    writeFileSync(dataFile, paired.map(row => JSON.stringify(row)).join('\n'));
    const decision = await decideFromAnswers(here.workspace, {
      answersFile: answers('task: { kind: classify }\n'),
      dataFile,
    });
    expect(decision.measured.map(({ id }) => id)).not.toContain('label-noise');
    expect(decision.assumptions.find(({ key }) => key === 'data.labelAgreement')?.origin).toBe('default');
  });

  test('of a file are looked at: how many, of what kind, how alike', async () => {
    const dataFile = join(here.dir, 'rows.jsonl');
    writeFileSync(dataFile, rows.join('\n'));
    const decision = await decideFromAnswers(here.workspace, {
      answersFile: answers('task: { kind: classify }\n'),
      dataFile,
    });
    expect(decision.assumptions.find(({ key }) => key === 'data.labelledRows')).toMatchObject({
      origin: 'measured',
      range: { value: 400 },
      source: 'rows.jsonl',
    });
    expect(decision.measured.map(({ id }) => id)).toEqual(expect.arrayContaining(['rows', 'near-share']));
    expect(decision.measured[0]!.text).toContain('400 rows and 3 labels; the targets look like classify');
    expect(existsSync(join(here.dir, '.stepdown'))).toBe(false);
  });

  test('that are not there are an error, and so is a dataset that was never frozen', async () => {
    const answersFile = answers('task: { kind: classify }\n');
    const looked = (dataFile: string | null) => decideFromAnswers(here.workspace, { answersFile, dataFile });
    await expect(looked(join(here.dir, 'no.jsonl'))).rejects.toMatchObject({ code: 'rows-file-missing' });
    await expect(looked(null)).rejects.toMatchObject({ code: 'stage-not-run' });
  });
});

test('likeness is not judged on few inputs', () => {
  expect(likenessOf(['a pump leaks', 'a pump leaks too'])).toBeNull();
});

test('a price list beside the answers counts before the shipped one, and --prices before both', async () => {
  const list = (name: string, input: number) =>
    writeFileSync(
      join(here.dir, name),
      `- { model: gpt-4o, input: ${input}, output: 8, date: 2026-11, source: ${name} }\n`,
    );
  list('ours.yaml', 2);
  list('theirs.yaml', 3);
  const answersFile = answers('task: { kind: classify }\nincumbent: { model: gpt-4o, prices: ours.yaml }\n');
  const price = async (options = {}) => {
    const { assumptions } = await decideFromAnswers(here.workspace, { answersFile, ...options });
    return assumptions.find(({ key }) => key === 'incumbent.price.input');
  };
  expect(await price()).toMatchObject({ range: { value: 2 }, source: 'ours.yaml, 2026-11' });
  expect(await price({ pricesFile: join(here.dir, 'theirs.yaml') })).toMatchObject({ range: { value: 3 } });
});

test('a calibration shows what would go to the large model, random audits included, and what is wrong', () => {
  const evidence = { rows: 200, answered: 150, errors: 3, upperBound: null, difference: null };
  const goal = { met: true, statement: '', evidence, instead: null };
  const shown = shownBy({ goal, auditShare: 0.1 }, 'the calibration c')!;
  expect(shown.escalatedShare.value).toBeCloseTo(1 - 0.75 * 0.9, 12);
  expect(shown.escalatedShare.low).toBeLessThan(shown.escalatedShare.value);
  expect(shown.localError).toMatchObject({ value: 0.02, n: 150 });
  const none = { ...goal, evidence: { ...evidence, answered: 0, errors: 0 } };
  expect(shownBy({ goal: none, auditShare: 0 }, 'c')).toMatchObject({
    escalatedShare: { value: 1 },
    localError: null,
  });
  expect(shownBy({ goal: { ...goal, evidence: { ...evidence, rows: 0 } }, auditShare: 0 }, 'c')).toBeNull();
});
