import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../dist/cli/main.js');
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-interview-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** What a person sees who types these keys at `stepdown decide`, a line at each prompt. */
function typed(keys: readonly string[], ...flags: string[]): { code: number; shown: string } {
  const result = spawnSync('python3', [join(import.meta.dirname, 'pseudo-terminal.py')], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, STEPDOWN_CACHE: join(dir, 'cache'), STEPDOWN_OFFLINE: '1', TERM: 'xterm' },
    input: JSON.stringify({
      command: [process.execPath, program, 'decide', ...flags],
      lines: keys,
      prompt: '     > ',
      columns: 100,
    }),
  });
  expect(result.stderr).toBe('');
  const { code, shown } = JSON.parse(result.stdout) as { code: number; shown: string };
  return { code, shown: stripVTControlCharacters(shown) };
}
const lines = (...answers: string[]) => answers.map(answer => `${answer}\r`);
const saved = () => readFileSync(join(dir, 'answers.yaml'), 'utf8');

const task = ['classify', 'closed', 'narrow', 'none', '2%', '0'];
const data = ['5000', '0.95', 'people', 'yes'];
const traffic = ['3000..6000', '5', '600', '40', '2s'];
const regulation = ['yes', 'cloud', 'no'];

describe('stepdown decide at a terminal', () => {
  it('asks where it finds no answers, and gives a verdict', () => {
    const { code, shown } = typed(lines(...task, ...data, ...traffic, ...regulation, 's'));
    expect(code).toBe(0);
    expect(shown).toContain('How many calls a day?');
    expect(shown).toMatch(/Verdict {2}\w/);
    expect(shown).toContain('Decide again: stepdown decide --answers answers.yaml');
    expect(saved()).toContain('latencyMs: 2000');
  });

  it('keeps the answers of stepdown.yaml by Enter alone', () => {
    writeFileSync(
      join(dir, 'stepdown.yaml'),
      [
        'name: triage',
        'task: { kind: classify }',
        'data: { sources: [{ file: rows.jsonl }] }',
        'decide:',
        '  task: { kind: classify, definition: loose, breadth: narrow }',
      ].join('\n'),
    );
    const { code, shown } = typed(lines('', '', 'broad', 'q'), '--interview');
    expect(code).toBe(0);
    expect(shown).toContain('3 answers of stepdown.yaml');
    expect(shown).toContain('keeps loose');
    expect(saved()).toMatch(/definition: loose[\s\S]*breadth: broad/);
  });

  it('ends at Ctrl-C with what was answered, and goes on from there', () => {
    const first = typed([...lines('classify', 'closed'), '\x03']);
    expect(first.shown).toContain('What was answered is in answers.yaml');
    expect(saved()).toContain('definition: closed');
    const second = typed(['\x04']);
    expect(second.shown).toContain('2 answers are in answers.yaml already');
    expect(second.shown).not.toContain('What does the model do?');
  });

  it('lets a typing error be taken back with the keys of a terminal', () => {
    typed(['clasify\x7f\x7f\x7f\x7fssify\r', 'q\r']);
    expect(saved()).toContain('kind: classify');
  });

  it('writes nothing where nothing was answered', () => {
    expect(typed(lines('q')).shown).toContain('Nothing was answered');
    expect(existsSync(join(dir, 'answers.yaml'))).toBe(false);
  });
});
