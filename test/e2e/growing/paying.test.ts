import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { configure, inWorkspace, start, stepdown, theTeacher, useWorkspace } from './workspace.ts';

useWorkspace();

describe('paying for generated rows', () => {
  it('killed at any moment, pays for no answer twice', async () => {
    const command = ['data', 'generate', 'made.jsonl', '--rows', '24', '--yes'] as const;
    for (const answers of [1, 7, 16]) {
      theTeacher().answersLeft = answers;
      const { child, ended } = start(...command);
      await new Promise<void>(held => {
        // Both workers wait for an answer then: whatever was answered before is in use, and so in the journal.
        let waiting = 0;
        theTeacher().onHeld = () => {
          waiting += 1;
          if (waiting === 2) held();
        };
      });
      child.kill('SIGKILL');
      expect((await ended).code).toBeNull();
    }
    theTeacher().answersLeft = Number.POSITIVE_INFINITY;
    const last = await stepdown(...command);
    expect(last.code).toBe(0);
    expect(last.json.spent.answeredBefore).toBeGreaterThan(15);
    expect(last.json.spent.lost).toBeGreaterThan(0);
    expect(new Set(theTeacher().answered).size).toBe(theTeacher().answered.length);

    // Each of the killed runs has its record, closed by the next one.
    const { json } = await stepdown('runs', 'list', '--stage', 'generate');
    expect(json.runs.map(({ status }: { status: string }) => status)).toEqual([
      'completed',
      'interrupted',
      'interrupted',
      'interrupted',
    ]);

    const count = theTeacher().received.length;
    const rows = await readFile(inWorkspace('made.jsonl'), 'utf8');
    const again = await stepdown(...command);
    expect(again.json.spent).toMatchObject({ requests: 0, nowUsd: 0 });
    expect(theTeacher().received).toHaveLength(count);
    expect(await readFile(inWorkspace('made.jsonl'), 'utf8')).toBe(rows);
  });

  it('keeps a budget over runs and goes on with a larger one', async () => {
    await configure({ grow: { concurrency: 1 } });
    const command = ['data', 'generate', 'made.jsonl', '--rows', '12', '--yes', '--budget-usd'] as const;
    for (let run = 0; run < 2; run++) {
      const { code, json } = await stepdown(...command, '0.004');
      expect(code).toBe(0);
      expect(json).toMatchObject({ budgetReached: true });
      expect(json.spent.nowUsd + json.spent.earlierUsd).toBeLessThanOrEqual(0.004);
    }
    const whole = await stepdown(...command, '5');
    expect(whole.json.budgetReached).toBe(false);
    expect(new Set(theTeacher().answered).size).toBe(theTeacher().answered.length);
  });

  it('asks nothing before the cost is confirmed, and shows it', async () => {
    const { code, json } = await stepdown('data', 'generate', 'made.jsonl', '--rows', '10');
    expect(code).toBe(2);
    expect(json.error.code).toBe('confirmation-needed');
    expect((await stepdown('runs', 'list', '--stage', 'generate')).json.runs).toEqual([]);
    const { costUsd } = json.error.details.plan.estimate;
    expect(costUsd.low).toBeLessThan(costUsd.value);
    expect(costUsd.value).toBeLessThan(costUsd.high);
    expect(theTeacher().received).toEqual([]);
  });

  it('refuses before anything is asked: known terms, the teacher as judge, a budget without a price, a file of somebody else', async () => {
    const generate = (...more: string[]) =>
      stepdown('data', 'generate', 'made.jsonl', '--rows', '2', '--yes', ...more);
    await configure({ model: 'gpt-4.1' });
    const refused = await generate();
    expect(refused.json.error).toMatchObject({ code: 'teacher-terms' });
    expect(refused.stderr).toContain('may be FORBIDDEN');
    expect(refused.stderr).toMatch(/as of \d{4}-\d\d-\d\d, read at the source/);
    await configure({ grow: { judge: { baseUrl: theTeacher().url, model: 'teacher-model' } } });
    expect((await generate()).json.error.code).toBe('judge-is-teacher');
    await configure({ price: false });
    expect((await generate('--budget-usd', '1')).json.error.code).toBe('price-missing');
    await configure();
    await writeFile(inWorkspace('made.jsonl'), '{"input": "mine"}\n');
    expect((await generate()).json.error.code).toBe('output-in-use');
    expect(await readFile(inWorkspace('made.jsonl'), 'utf8')).toBe('{"input": "mine"}\n');
    expect(theTeacher().received).toEqual([]);
    await rm(inWorkspace('made.jsonl'));
    await configure({ model: 'gpt-4.1' });
    expect((await generate('--accept-terms')).code).toBe(0);
  });

  it('ends with exit code 6 where the teacher is out of order, and makes no file', async () => {
    theTeacher().close();
    const { code, json } = await stepdown('data', 'generate', 'made.jsonl', '--rows', '40', '--yes');
    expect(code).toBe(6);
    expect(json.error.code).toBe('upstream-unreachable');
    const { json: listed } = await stepdown('runs', 'list', '--stage', 'generate');
    expect(listed.runs[0]).toMatchObject({ status: 'failed', error: { code: 'upstream-unreachable' } });
    await expect(readFile(inWorkspace('made.jsonl'))).rejects.toThrow('ENOENT');
  });
});
