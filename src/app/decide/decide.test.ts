import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exampleEvaluation } from '../../core/fixtures/evaluation.ts';
import type { RunRecord } from '../../core/run-record.ts';
import { captureOf } from '../../store/captures/fixtures/capture.ts';
import { newRunId } from '../../store/run-records.ts';
import { withCaptures } from '../captures/open-store.ts';
import { appendApproval } from '../review/test-approval.ts';
import { Workspace } from '../workspace.ts';
import { shownBy } from './cascade-evidence.ts';
import { decideFromAnswers } from './decide.ts';
import { likenessOf } from './rows-evidence.ts';

const evaluation = exampleEvaluation();
let dir: string;
let workspace: Workspace;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-decide-'));
  workspace = new Workspace({
    workspaceDir: dir,
    overrides: {},
    progress: { say() {}, update() {} },
    signal: new AbortController().signal,
  });
});
afterEach(async () => {
  await workspace.close();
  rmSync(dir, { recursive: true });
});

function answers(text: string): string {
  const path = join(dir, 'answers.yaml');
  writeFileSync(path, text);
  return path;
}

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
  await (await workspace.runs()).save(record);
  return record.id;
}

test('a folder without stepdown.yaml will do, and stays as it is', async () => {
  const decision = await decideFromAnswers(workspace, { answersFile: answers('task: { kind: classify }\n') });
  expect(decision.assumptions.filter(({ origin }) => origin === 'measured')).toEqual([]);
  expect(existsSync(join(dir, '.stepdown'))).toBe(false);
});

test('what the workspace has measured takes the place of defaults', async () => {
  writeFileSync(
    join(dir, 'stepdown.yaml'),
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
  const decision = await decideFromAnswers(workspace, {
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
    join(dir, 'stepdown.yaml'),
    `name: mine\ntask: { kind: ${evaluation.taskKind}, instruction: Answer. }\ndata: { sources: [{ file: rows.jsonl }] }\n`,
  );
  const split = { rows: 200, groups: 200, sha256: 'a'.repeat(64) };
  const splits = { train: split, validation: split, calibration: split, test: split };
  await completed('data', { hash: evaluation.datasetHash, splits });
  await completed('evaluate', { evaluation, file: 'evaluation.json' });
  const risks = async () => {
    const answersFile = answers(`task: { kind: ${evaluation.taskKind} }\n`);
    return (await decideFromAnswers(workspace, { answersFile })).risks.map(({ rule }) => rule);
  };
  const say = (action: 'approve' | 'revoke') =>
    appendApproval(workspace, {
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

describe('a log', () => {
  const row = (hour: number) =>
    JSON.stringify({
      created: Date.UTC(2026, 10, 2, hour) / 1000,
      model: 'big',
      messages: [{ role: 'user', content: `report ${hour}` }],
      response: {
        choices: [{ message: { role: 'assistant', content: 'Leaking' } }],
        usage: { prompt_tokens: 321, completion_tokens: 7 },
      },
    });
  const decideFrom = (content: string) => {
    const logFile = join(dir, 'log.jsonl');
    writeFileSync(logFile, content);
    return decideFromAnswers(workspace, { answersFile: answers('task: { kind: classify }\n'), logFile });
  };

  test('is measured instead of asking', async () => {
    const decision = await decideFrom(`${Array.from({ length: 96 }, (_, hour) => row(hour)).join('\n')}\n`);
    const tokens = decision.assumptions.find(({ key }) => key === 'traffic.inputTokens');
    expect(tokens).toMatchObject({ origin: 'measured', source: '96 requests in log.jsonl' });
    expect(tokens!.range.value).toBe(321);
  });

  test('in another format is refused with those that are known', async () => {
    await expect(decideFrom('{"who":"knows"}\n')).rejects.toMatchObject({
      code: 'log-format-unknown',
      hint: expect.stringContaining('langfuse'),
    });
  });
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
    const dataFile = join(dir, 'paired.jsonl');
    const paired = Array.from({ length: 400 }, (_, row) => ({
      input: `${things![row % 4]} is at ${row * 7919} and ${states![(row >> 2) % 4]}`,
      output: 'ABCD'[((row % 4) + (row >> 2)) % 4],
    }));
    writeFileSync(dataFile, paired.map(row => JSON.stringify(row)).join('\n'));
    const decision = await decideFromAnswers(workspace, {
      answersFile: answers('task: { kind: classify }\n'),
      dataFile,
    });
    expect(decision.measured.map(({ id }) => id)).not.toContain('label-noise');
    expect(decision.assumptions.find(({ key }) => key === 'data.labelAgreement')?.origin).toBe('default');
  });

  test('of a file are looked at: how many, of what kind, how alike', async () => {
    const dataFile = join(dir, 'rows.jsonl');
    writeFileSync(dataFile, rows.join('\n'));
    const decision = await decideFromAnswers(workspace, {
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
    expect(existsSync(join(dir, '.stepdown'))).toBe(false);
  });

  test('that are not there are an error, and so is a dataset that was never frozen', async () => {
    const answersFile = answers('task: { kind: classify }\n');
    const looked = (dataFile: string | null) => decideFromAnswers(workspace, { answersFile, dataFile });
    await expect(looked(join(dir, 'no.jsonl'))).rejects.toMatchObject({ code: 'rows-file-missing' });
    await expect(looked(null)).rejects.toMatchObject({ code: 'stage-not-run' });
  });
});

test('likeness is not judged on few inputs', () => {
  expect(likenessOf(['a pump leaks', 'a pump leaks too'])).toBeNull();
});

test('a price list beside the answers counts before the shipped one, and --prices before both', async () => {
  const list = (name: string, input: number) =>
    writeFileSync(
      join(dir, name),
      `- { model: gpt-4o, input: ${input}, output: 8, date: 2026-11, source: ${name} }\n`,
    );
  list('ours.yaml', 2);
  list('theirs.yaml', 3);
  const answersFile = answers('task: { kind: classify }\nincumbent: { model: gpt-4o, prices: ours.yaml }\n');
  const price = async (options = {}) => {
    const { assumptions } = await decideFromAnswers(workspace, { answersFile, ...options });
    return assumptions.find(({ key }) => key === 'incumbent.price.input');
  };
  expect(await price()).toMatchObject({ range: { value: 2 }, source: 'ours.yaml, 2026-11' });
  expect(await price({ pricesFile: join(dir, 'theirs.yaml') })).toMatchObject({ range: { value: 3 } });
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

describe('captures of the gateway', () => {
  const decideOn = async (options: { readonly alias?: string; readonly logFile?: string } = {}) => {
    writeFileSync(
      join(dir, 'stepdown.yaml'),
      'name: mine\ntask: { kind: classify }\ndata: { sources: [{ file: rows.jsonl }] }\n',
    );
    await withCaptures(workspace, store =>
      store.add([
        { capture: captureOf('other', { alias: 'other', route: 'large', promptTokens: 9000 }) },
        { capture: captureOf('local', { promptTokens: 20 }) },
        { capture: captureOf('large', { route: 'large', promptTokens: 500, servedBy: 'gpt-4o' }) },
        {
          capture: captureOf('audited', {
            route: 'large',
            reason: 'audit-sample',
            promptTokens: 500,
            servedBy: 'gpt-4o',
            localAnswer: 'Hot',
          }),
        },
      ]),
    );
    return decideFromAnswers(workspace, { answersFile: answers('task: { kind: classify }\n'), ...options });
  };

  test('are measured for the most called alias, and a specialist’s tokens are not the large model’s', async () => {
    const { assumptions, measured } = await decideOn();
    expect(assumptions.find(({ key }) => key === 'traffic.inputTokens')).toMatchObject({
      origin: 'measured',
      range: { value: 500 },
      source: '3 requests in captures of the gateway (triage, the most called of 2 aliases)',
    });
    expect(assumptions.find(({ key }) => key === 'incumbent.price.input')?.range.value).toBe(2.5);
    expect(measured.find(({ id }) => id === 'audit-disagreement')?.text).toContain('100 %');
  });

  test('are measured for one alias alone where it is named', async () => {
    const { assumptions } = await decideOn({ alias: 'other' });
    expect(assumptions.find(({ key }) => key === 'traffic.inputTokens')).toMatchObject({
      range: { value: 9000 },
      source: '1 requests in captures of the gateway (other)',
    });
  });

  test('of an alias that was never recorded are refused with those that were, and so is an alias of a log', async () => {
    await expect(decideOn({ alias: 'triagge' })).rejects.toMatchObject({
      code: 'alias-not-captured',
      hint: expect.stringContaining('other, triage'),
    });
    await expect(decideOn({ alias: 'triage', logFile: join(dir, 'log.jsonl') })).rejects.toMatchObject({
      code: 'alias-with-log',
    });
  });

  test('that are not there are refused where an alias is named', async () => {
    const answersFile = answers('task: { kind: classify }\n');
    await expect(decideFromAnswers(workspace, { answersFile, alias: 'triage' })).rejects.toMatchObject({
      code: 'alias-not-captured',
    });
  });
});
