import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The built program: `npm run build` comes first. */
const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/cli/main.js');
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-decide-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function decide(answers: string, ...flags: string[]) {
  const result = spawnSync(process.execPath, [program, 'decide', '--answers', answers, ...flags], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, STEPDOWN_CACHE: join(dir, 'cache'), STEPDOWN_OFFLINE: '1' },
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

function written(text: string): string {
  const path = join(dir, 'answers.yaml');
  writeFileSync(path, text);
  return path;
}

const examples = ['fault-triage', 'work-order-entities'];
const answersOf = (example: string) => join(root, 'examples', example, 'answers.yaml');

describe('stepdown decide', () => {
  it('answers for every example, with verdicts that differ', () => {
    const verdicts = examples.map(example => {
      const { code, stdout, stderr } = decide(answersOf(example), '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const decision = JSON.parse(stdout);
      for (const list of ['reasons', 'against', 'flips']) expect(Array.isArray(decision[list])).toBe(true);
      expect(decision.reasons.length).toBeGreaterThan(0);
      for (const { per1kRequestsUsd } of Object.values<{ per1kRequestsUsd: Record<string, number> }>(
        decision.cost,
      )) {
        expect(per1kRequestsUsd['low']).toBeLessThanOrEqual(per1kRequestsUsd['value']!);
        expect(per1kRequestsUsd['value']).toBeLessThanOrEqual(per1kRequestsUsd['high']!);
      }
      expect(decision.breakEven).toHaveProperty('requestsPerSecond');
      expect(decision.breakEven).toHaveProperty('date');
      expect(decision.nextStep.text).not.toBe('');
      return decision.verdict;
    });
    expect(verdicts).toEqual(['keep-large-model', 'own-specialist']);
  });

  it('prints a verdict for people within 80 columns, and leaves nothing behind', () => {
    const { code, stdout } = decide(answersOf('fault-triage'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Verdict {2}Keep the large model/);
    expect(stdout.split('\n').filter(line => [...line].length > 80)).toEqual([]);
    expect(existsSync(join(dir, '.stepdown'))).toBe(false);
  });

  it('uses what stepdown.yaml of the workspace says, and names what contradicts it', () => {
    writeFileSync(
      join(dir, 'stepdown.yaml'),
      'name: mine\ntask: { kind: generate, instruction: Answer. }\ndata: { sources: [{ file: rows.jsonl }] }\n',
    );
    const { code, stderr } = decide(written('task: { kind: classify }\n'));
    expect(code).toBe(2);
    expect(stderr).toContain('two kinds of task');
    expect(stderr).toContain('answers.yaml:1:9');
  });

  it('shows every mistake with its place, and what was meant', () => {
    const { code, stderr } = decide(
      written('task:\n  kind: clasify\n  breath: narrow\ntraffic:\n  callsPerDay: -1\n'),
    );
    expect(code).toBe(2);
    const said = stderr.replace(/\s+/g, ' ');
    expect(said).toContain('did you mean "classify"?');
    expect(said).toContain('answers.yaml:3:3 task.breath: unknown key (did you mean "breadth"?)');
    expect(said).toContain('calls a day lies in 0.01 to 8,640,000,000 calls/day; got -1');
  });

  it('says where answers are to be had when there are none', () => {
    const { code, stdout } = decide(join(dir, 'nothing.yaml'), '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe('answers-missing');
  });
});
