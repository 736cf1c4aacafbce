import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
let folder: string;
let installed: string;

/** Packs the built tree and lays it out as an installation; the dependencies are the locked ones. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepdown-package-'));
  const [packed] = JSON.parse(
    execFileSync(npm, ['pack', '--json', '--pack-destination', folder], { cwd: root, encoding: 'utf8' }),
  ) as { filename: string }[];
  execFileSync('tar', ['-xzf', join(folder, packed!.filename), '-C', folder]);
  installed = join(folder, 'package');
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'), 'dir');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stepdown = (args: string[], cwd: string) =>
  execFileSync(process.execPath, [join(installed, 'dist', 'cli', 'main.js'), ...args], {
    cwd,
    encoding: 'utf8',
  });

describe('the packed package', () => {
  test('holds what runs and nothing else: no tests, no sources, no work of ours', () => {
    const names = readdirSync(installed, { recursive: true }).map(String);
    const own = names.filter(name => !name.startsWith('node_modules'));
    expect(own.filter(name => /\.test\.|fixtures|__pycache__|\.stepdown\/|^src\//.test(name))).toEqual([]);
    for (const needed of ['dist/cli/main.js', 'trainer/stepdown_trainer/__main__.py', 'LICENSE', 'NOTICE']) {
      expect(own).toContain(needed);
    }
  });

  test('holds every page that an error or a help text of it names', () => {
    const program = readFileSync(join(installed, 'dist', 'cli', 'main.js'), 'utf8');
    const bundles = readdirSync(join(installed, 'dist', 'bundle')).filter(name => name.endsWith('.js'));
    const code = [
      program,
      ...bundles.map(name => readFileSync(join(installed, 'dist', 'bundle', name), 'utf8')),
    ];
    const named = new Set(code.join('\n').match(/\bdocs\/(?:guide|reference)\/[\w-]+\.(?:md|json)/g));
    expect([...named]).toContain('docs/reference/configuration.md');
    expect([...named].filter(page => !existsSync(join(installed, page)))).toEqual([]);
  });

  test('brings the licence of every package that it holds a copy of', () => {
    const licences = readFileSync(join(installed, 'dist', 'bundle', 'LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'kysely', 'stdnum', 'undici', 'yaml', 'zod']) {
      expect(licences).toMatch(new RegExp(`^${name}$`, 'm'));
    }
    expect(licences.split('\n----\n').every(text => /licen[cs]e|permission/i.test(text))).toBe(true);
  });

  test('is laid out as npm expects', async () => {
    const { messages } = await publint({ pkgDir: installed, strict: true });
    expect(messages.map(message => message.code)).toEqual([]);
  });

  test('runs its command line and says its version', () => {
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(stepdown(['--version'], folder).trim()).toBe(version);
  });

  test('imports labelled rows with it', () => {
    const workspace = join(folder, 'workspace');
    cpSync(join(root, 'examples', 'fault-triage'), workspace, {
      recursive: true,
      filter: source => !source.includes('.stepdown'),
    });
    const { dataset } = JSON.parse(stepdown(['data', 'import', '--json'], workspace));
    expect(dataset.splits.test.rows).toBe(124);
  });

  test('offers its API to programs', async () => {
    const api = await import(join(installed, 'dist', 'index.js'));
    expect(Object.keys(api)).toEqual(
      expect.arrayContaining(['createApp', 'StepdownError', 'stepdownVersion']),
    );
  });
});
