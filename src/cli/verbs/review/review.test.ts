import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { FlaggedRow, NewDecision, ReviewQueue } from '../../../app/review/views.ts';
import type { ReviewDecision } from '../../../core/review.ts';
import { capturedIo } from '../../fixtures/fake-app.ts';
import { runCli } from '../../run-cli.ts';

const flagged = (line: number): FlaggedRow => ({
  row: String(line).repeat(64),
  split: 'train',
  file: 'rows.jsonl',
  line,
  input: `${'It drips and drips. '.repeat(80)}\u001b[31m`,
  target: 'Noise',
  flags: [
    {
      kind: 'label-noise',
      evidence: 'a model that has not seen the row says "Leak" with probability 0.93 '.repeat(2),
      suggestion: { action: 'relabel', target: 'Leak', probability: 0.93 },
      other: null,
    },
    {
      kind: 'conflict',
      evidence: 'the same input has another target',
      suggestion: null,
      other: {
        split: 'validation',
        file: 'others.jsonl',
        line: 77,
        input: `${'Water stands under the pump. '.repeat(30)}\u001b[31m`,
        target: 'Leak',
      },
    },
  ],
});
const queue: ReviewQueue = {
  open: [flagged(1), flagged(2), flagged(3)],
  decided: 0,
  labels: ['Leak', 'Noise'],
};

/** Types lines into the loop; gives what was recorded and what was shown. */
async function session(typed: string, argv: string[] = [], flaggedRows = queue) {
  const recorded: (NewDecision & { by: string })[] = [];
  const undone: string[] = [];
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(typed);
  const shown = text(output);
  const { io, stdout, stderr } = capturedIo(
    {
      flaggedRows: async () => flaggedRows,
      recordDecisions: async (by, decisions) =>
        decisions.map(decision => {
          recorded.push({ ...decision, by });
          return { ...decision, id: `id${recorded.length}` } as ReviewDecision;
        }),
      undoDecision: async id => {
        undone.push(id);
        return {} as ReviewDecision;
      },
    },
    { terminal: { input, output, isTTY: false } },
  );
  const code = await runCli(['data', 'review', ...argv], io);
  output.end();
  return { code, recorded, undone, shown: await shown, stdout: stdout(), stderr: stderr() };
}

describe('data review in a terminal', () => {
  it('records each decision with the name, and stops where it is told to', async () => {
    const { code, recorded, stdout } = await session('k\nd\nq\n', ['--by', 'Ada']);
    expect(code).toBe(0);
    expect(recorded.map(({ action, by, place }) => [action, by, place?.line])).toEqual([
      ['keep', 'Ada', 1],
      ['drop', 'Ada', 2],
    ]);
    expect(stdout).toContain('2 decisions recorded');
  });

  it('fixes to the suggestion, to a label that was begun, and to nothing that is no label', async () => {
    const { recorded, shown } = await session('f\n\nf\nle\nf\nDrip\nf\nNoise\n', ['--by', 'Ada']);
    expect(recorded.map(({ target }) => target)).toEqual(['Leak', 'Leak']);
    expect(shown).toContain('"Drip" is not one of the 2 labels: Leak, Noise');
    expect(shown).toContain('That is the target it has');
  });

  it('says within 80 columns which labels there are', async () => {
    const many = { ...queue, labels: Array.from({ length: 22 }, (_, at) => `Failure mode number ${at}`) };
    const { shown } = await session('f\nDrip\nq\n', ['--by', 'Ada'], many);
    const notice = shown.slice(shown.indexOf('"Drip" is not one')).split('[k]eep')[0]!;
    expect(notice.split('\n').filter(line => line.length > 80)).toEqual([]);
    expect(notice.replaceAll('\n', ' ')).toContain('Failure mode number 0, Failure mode number 1');
  });

  it('takes the last decision back and shows its row again; skipping decides nothing', async () => {
    const { recorded, undone, stdout } = await session('u\nd\nu\ns\nk\n', ['--by', 'Ada']);
    expect(undone).toEqual(['id1']);
    expect(recorded.map(({ place }) => place?.line)).toEqual([1, 2]);
    expect(stdout).toContain('1 decision recorded');
  });

  it('shows a row within 80 columns, safe to print, cut until more is asked for', async () => {
    const { shown } = await session('m\n', ['--by', 'Ada']);
    expect(shown.split('\n').filter(line => [...line].length > 80 && !line.includes('[q]uit'))).toEqual([]);
    expect(shown).not.toContain('\u001b');
    expect(shown).toMatch(/more lines: m shows them/);
    expect(shown.match(/Row 1 of 3/g)).toHaveLength(2);
  });

  it('shows the other row of a conflict with its place, its text and its target', async () => {
    const { shown } = await session('m\n', ['--by', 'Ada']);
    const [short, whole] = shown.split('Row 1 of 3').slice(1);
    expect(short).toContain('the other row: validation · others.jsonl:77\n  Water stands under the pump.');
    const times = (text: string | undefined) => text?.match(/stands/g)?.length ?? 0;
    expect([times(short) < 30, times(whole)]).toEqual([true, 30]);
    expect(short).toMatch(/more lines?: m shows them\n {2}→ Leak/);
  });

  it('asks for a name before it asks for decisions', async () => {
    const { code, recorded, stderr } = await session('k\n');
    expect([code, recorded.length]).toEqual([2, 0]);
    expect(stderr).toContain('--by "Your Name"');
  });
});

describe('data review without a terminal', () => {
  it('lists what is flagged as one object', async () => {
    const { stdout } = await session('', ['--json']);
    expect(JSON.parse(stdout).open).toHaveLength(3);
  });

  it('takes decisions from a file, and lists the lines it refuses with exit code 4', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'stepdown-decisions-'));
    const file = join(dir, 'decisions.jsonl');
    const lines = [
      { row: '1'.repeat(64), action: 'drop', note: 'spam' },
      { row: '2'.repeat(64), action: 'fix', target: 'Drip' },
      { row: '9'.repeat(64), action: 'keep' },
      { row: '3'.repeat(64), action: 'burn' },
    ];
    writeFileSync(file, `${lines.map(line => JSON.stringify(line)).join('\n')}\nnot json\n`);
    const { code, recorded, stdout } = await session('', ['--by', 'Ada', '--decisions', file, '--json']);
    rmSync(dir, { recursive: true });
    expect(code).toBe(4);
    expect(recorded).toMatchObject([{ action: 'drop', note: 'spam', by: 'Ada', place: { line: 1 } }]);
    const refused: { line: number }[] = JSON.parse(stdout).rejected;
    expect(refused.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  });
});
