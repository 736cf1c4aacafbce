import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../dist/cli/main.js');
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-review-'));
  const rows = Array.from({ length: 60 }, (_, index) => ({
    input: index % 2 === 0 ? `oil leaks from pump ${index}` : `bearing ${index} is loud`,
    output: index % 2 === 0 ? 'Leak' : 'Noise',
  }));
  writeFileSync(join(dir, 'rows.jsonl'), rows.map(row => `${JSON.stringify(row)}\n`).join(''));
  writeFileSync(
    join(dir, 'stepdown.yaml'),
    'name: tiny\ntask: { kind: classify }\ndata: { sources: [{ file: rows.jsonl }] }\n',
  );
});
afterEach(() => rmSync(dir, { recursive: true }));

function data(...argv: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [program, 'data', ...argv, '--json'], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, STEPDOWN_CACHE: join(dir, 'cache'), STEPDOWN_OFFLINE: '1' },
  });
  return { code: status, result: JSON.parse(stdout) };
}

it('reviews rows from a file, imports what was decided, takes it back, and signs the test set off', () => {
  const before = data('import').result.dataset;
  const { open } = data('review').result;
  expect(open.length).toBeGreaterThan(2);
  const [first, second] = open;
  const fixed = second.target === 'Leak' ? 'Noise' : 'Leak';
  const lines = [
    { row: first.row, action: 'drop', note: 'twice' },
    { row: second.row, action: 'fix', target: fixed },
    { row: 'nothing', action: 'keep' },
  ];
  writeFileSync(join(dir, 'mine.jsonl'), lines.map(line => `${JSON.stringify(line)}\n`).join(''));
  const batch = data('review', '--by', 'Ada', '--decisions', 'mine.jsonl');
  expect(batch.code).toBe(4);
  expect(batch.result.rejected).toMatchObject([{ line: 3 }]);

  const approved = data('approve', '--by', 'Grace').result;
  expect(approved.approval).toMatchObject({ by: 'Grace', rows: before.splits.test.rows });
  const after = data('import').result.dataset;
  expect(after.setAside).toEqual({ 'dropped-in-review': 1 });
  expect(after.repairs).toEqual({ 'fixed-in-review': 1 });
  expect(after.splits.test.sha256).toBe(before.splits.test.sha256);
  expect(data('show').result.testApproval.by).toBe('Grace');

  for (const { id } of data('review', '--list').result.decisions)
    expect(data('review', '--undo', id, '--by', 'Ada').code).toBe(0);
  expect(data('import').result.dataset.hash).toBe(before.hash);
  expect(data('approve', '--revoke', '--by', 'Grace').result.approval).toBeNull();
  expect(readFileSync(join(dir, 'review/approvals.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
});

it('shows test rows to a person without writing anything', () => {
  data('import');
  const { examples } = data('approve', '--show', '--rows', '2').result;
  expect(examples).toHaveLength(2);
  expect(existsSync(join(dir, 'review'))).toBe(false);
});
