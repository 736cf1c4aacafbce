import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureOf } from '../../store/captures/fixtures/capture.ts';
import { withCaptures } from '../captures/open-store.ts';
import { temporaryWorkspace } from '../fixtures/temporary-workspace.ts';
import { decideFromAnswers } from './decide.ts';

const here = temporaryWorkspace('traffic');

const answers = (text: string) => here.write('answers.yaml', text);

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
    const logFile = join(here.dir, 'log.jsonl');
    writeFileSync(logFile, content);
    return decideFromAnswers(here.workspace, { answersFile: answers('task: { kind: classify }\n'), logFile });
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

describe('captures of the gateway', () => {
  const decideOn = async (options: { readonly alias?: string; readonly logFile?: string } = {}) => {
    writeFileSync(
      join(here.dir, 'stepdown.yaml'),
      'name: mine\ntask: { kind: classify }\ndata: { sources: [{ file: rows.jsonl }] }\n',
    );
    await withCaptures(here.workspace, store =>
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
    return decideFromAnswers(here.workspace, {
      answersFile: answers('task: { kind: classify }\n'),
      ...options,
    });
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
    await expect(decideOn({ alias: 'triage', logFile: join(here.dir, 'log.jsonl') })).rejects.toMatchObject({
      code: 'alias-with-log',
    });
  });

  test('that are not there are refused where an alias is named', async () => {
    const answersFile = answers('task: { kind: classify }\n');
    await expect(decideFromAnswers(here.workspace, { answersFile, alias: 'triage' })).rejects.toMatchObject({
      code: 'alias-not-captured',
    });
  });
});
