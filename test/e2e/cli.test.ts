import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadedFiles, tellLoadedFiles } from './loaded-files.ts';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../dist/cli/main.js');
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-cli-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function stepdown(argv: string[], environment: Record<string, string> = {}) {
  const result = spawnSync(process.execPath, [program, ...argv], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, STEPDOWN_CACHE: join(dir, 'cache'), STEPDOWN_OFFLINE: '1', ...environment },
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

describe('the built program', () => {
  it('shows help and its version', () => {
    const help = stepdown(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: stepdown <verb> [options]');
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(stepdown(['--version']).stdout).toBe(`${version}\n`);
    expect(JSON.parse(stepdown(['--version', '--json']).stdout)).toEqual({ version });
  });

  it('loads neither the composition root nor a verb to show help', () => {
    const help = stepdown(['--help'], tellLoadedFiles);
    expect(help.stdout).toContain('Usage: stepdown');
    const { modules } = loadedFiles(help.stderr);
    expect(modules.filter(path => path.endsWith('/cli/program.js'))).toHaveLength(1);
    expect(modules.filter(path => /create-app|\/verbs\/|node_modules\/(?!commander)/.test(path))).toEqual([]);
  });

  it('answers an unknown flag with what was meant and exit code 2', () => {
    const { code, stdout, stderr } = stepdown(['train', '--frce']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Did you mean --force?');
  });

  it('prints errors as one JSON object under --json', () => {
    const { code, stdout, stderr } = stepdown(['nonsense', '--json']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(Object.keys(JSON.parse(stdout).error)).toEqual(['code', 'message', 'hint']);
  });

  it('begins a workspace, and never twice', () => {
    const first = stepdown(['init', 'classify', '--name', 'triage', '--json']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { config, schema } = JSON.parse(first.stdout);
    expect(readFileSync(config, 'utf8')).toContain('name: triage');
    expect(JSON.parse(readFileSync(schema, 'utf8')).title).toBe('stepdown.yaml');
    const again = stepdown(['init', 'extract', '--json']);
    expect(again.code).toBe(2);
    expect(JSON.parse(again.stdout).error.code).toBe('config-exists');
    expect(readFileSync(config, 'utf8')).toContain('kind: classify');
  });

  it('shows every problem of stepdown.yaml with its place', () => {
    writeFileSync(
      join(dir, 'stepdown.yaml'),
      'name: triage\ntask: { kind: classify }\ndata:\n  sources: [{ file: rows.jsonl }]\neffrt: quick\nruntime:\n  threads: none\n',
    );
    const { code, stdout } = stepdown(['train', '--json']);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('config-invalid');
    expect(error.details.problems).toMatchObject([
      { file: 'stepdown.yaml', line: 5, column: 1, key: 'effrt', suggestion: 'effort' },
      { file: 'stepdown.yaml', line: 7, column: 3, key: 'runtime.threads' },
    ]);
  });

  it('is not ready beside a stepdown.yaml that is wrong, and says why', () => {
    const configCheck = (text: string | null) => {
      if (text !== null) writeFileSync(join(dir, 'stepdown.yaml'), text);
      const { code, stdout } = stepdown(['doctor', '--json']);
      const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string; found: string }[] };
      return { code, check: checks.find(({ id }) => id === 'config') };
    };
    expect(configCheck(null).check).toBeUndefined();
    const wrong = configCheck('name: triage\neffrt: quick\n');
    expect(wrong).toMatchObject({ code: 3, check: { status: 'missing' } });
    expect(wrong.check?.found).toContain('effrt');
    expect(configCheck('serve: {}\n').check).toMatchObject({ status: 'ok' });
  });

  it('says how to begin where there is no stepdown.yaml', () => {
    const { code, stderr } = stepdown(['run']);
    expect(code).toBe(2);
    expect(stderr).toContain('stepdown init classify');
  });

  it('leaves nothing behind in a folder that it only looked into', () => {
    expect(stepdown(['runs', 'list', '--json'])).toMatchObject({ code: 0, stderr: '' });
    for (const verb of [['runs', 'show', 'x'], ['predict', 'x'], ['report'], ['export', 'out']]) {
      expect(stepdown([...verb, '--json']).code).toBe(2);
    }
    expect(readdirSync(dir)).toEqual([]);
  });

  it('begins no workspace inside a file', () => {
    writeFileSync(join(dir, 'notes.txt'), '');
    const { code, stdout } = stepdown(['init', 'classify', '--workspace', 'notes.txt', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe('workspace-is-file');
  });

  it('has no memory figures for a model file that is not there, but says so', () => {
    const { code, stdout } = stepdown(['models', 'show', 'file:none.gguf', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe('model-not-found');
  });

  it('ends quietly when its reader goes away', () => {
    const piped = spawnSync(
      'bash',
      ['-c', '"$0" "$1" --help | head -n 1; echo "$PIPESTATUS"', process.execPath, program],
      { cwd: dir, encoding: 'utf8' },
    );
    expect(piped.stderr).toBe('');
    expect(piped.stdout).toBe('Usage: stepdown <verb> [options]\n0\n');
  });
});

describe('shell completion', () => {
  it('completes verbs, verbs of verbs, options and their values in bash', () => {
    const complete = (...words: string[]) => {
      const script = `eval "$("$0" "$1" completion bash)"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _stepdown; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const result = spawnSync('bash', ['-c', script, process.execPath, program, ...words], {
        encoding: 'utf8',
      });
      expect(result.stderr).toBe('');
      return result.stdout.trim().split('\n');
    };
    expect(complete('stepdown', 'tr')).toEqual(['train']);
    expect(complete('stepdown', 'models', '')).toEqual(expect.arrayContaining(['list', 'pull', 'show']));
    expect(complete('stepdown', 'models', '')).not.toContain('train');
    expect(complete('stepdown', 'train', '--for')).toEqual(['--force']);
    expect(complete('stepdown', 'train', '--effort', 'st')).toEqual(['standard']);
    expect(complete('stepdown', 'run', '--until', 'ev')).toEqual(['evaluate']);
    expect(complete('stepdown', 'data', 'show', '--split', 'v')).toEqual(['validation']);
    expect(complete('stepdown', 'init', 'cl')).toEqual(['classify']);
  });

  it('prints a script for zsh and fish', () => {
    expect(stepdown(['completion', 'zsh']).stdout).toContain('#compdef stepdown');
    expect(stepdown(['completion', 'fish']).stdout).toContain('complete -c stepdown');
    expect(stepdown(['completion', 'tcsh']).code).toBe(2);
  });
});
