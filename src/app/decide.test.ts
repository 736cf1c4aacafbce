import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exampleEvaluation } from '../core/fixtures/evaluation.ts';
import type { RunRecord } from '../core/run-record.ts';
import { newRunId } from '../store/run-records.ts';
import { decideFromAnswers } from './decide.ts';
import { Workspace } from './workspace.ts';

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
