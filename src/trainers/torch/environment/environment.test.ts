import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandResult, RunCommand } from '../../../processes/run-command.ts';
import { ensureEnvironment } from './environment.ts';
import { scrub } from './install-failure.ts';
import { pipPlaces } from './installer.ts';
import { torchBuild, torchVersion } from './torch-build.ts';

const ok = (stdout = ''): CommandResult => ({ status: 0, stdout, output: stdout, startError: null });
const failed = (output: string): CommandResult => ({ status: 1, stdout: '', output, startError: null });
const absent: CommandResult = { status: null, stdout: '', output: '', startError: 'ENOENT' };

let folder: string;
let installed: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'environment-'));
  installed = [];
  await mkdir(join(folder, 'trainer', 'requirements'), { recursive: true });
  for (const name of ['base', 'cuda', 'test', 'bench'])
    await writeFile(join(folder, 'trainer', 'requirements', `${name}.txt`), `${name}-package==1`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A machine with these programs; pip's answers by attempt. */
function machine(spec: {
  pythons?: Record<string, string>;
  uv?: CommandResult;
  pipConfiguration?: string;
  gpu?: boolean;
  pip?: (requirements: string, args: readonly string[]) => CommandResult;
}): RunCommand {
  return async (command, args) => {
    if (command === 'nvidia-smi') return spec.gpu ? ok('GPU 0: Test\n') : absent;
    if (command === 'uv') {
      if (spec.uv === undefined) return absent;
      if (args[0] === '--version') return ok('uv 1');
      if (args[0] === 'venv') await mkdir(args.at(-1)!, { recursive: true });
      else installed.push(await readFile(args.at(-1)!, 'utf8'));
      return spec.uv;
    }
    const requirements = args.includes('-r') ? await readFile(args.at(-1)!, 'utf8') : null;
    if (requirements !== null) {
      installed.push(requirements);
      return spec.pip?.(requirements, args) ?? ok();
    }
    if (args.includes('venv')) {
      await mkdir(args.at(-1)!, { recursive: true });
      return ok();
    }
    if (args.includes('config')) return ok(spec.pipConfiguration ?? '');
    if (args.some(argument => argument.includes('platform.python_version'))) {
      const version = (spec.pythons ?? { python3: '3.12.1' })[command];
      return version ? ok(JSON.stringify([`/usr/bin/${command}`, version, 'linux', 'x86_64'])) : absent;
    }
    return ok();
  };
}

const ensure = (run: RunCommand, overrides: Partial<Parameters<typeof ensureEnvironment>[0]> = {}) =>
  ensureEnvironment({
    cacheDir: join(folder, 'cache'),
    trainerDir: join(folder, 'trainer'),
    python: null,
    wheelDir: null,
    offline: false,
    torchIndex: null,
    extras: [],
    run,
    ...overrides,
  });

describe('the Python environment', () => {
  test('names the CPU build on a machine without a GPU and installs no CUDA package', async () => {
    await ensure(machine({}));
    expect(installed[0]).toBe(`torch==${torchVersion}+cpu\n`);
    expect(installed.join()).not.toContain('cuda-package');
  });

  test('takes the CUDA build and its packages with a GPU', async () => {
    expect((await ensure(machine({ gpu: true }))).torch).toBe('cuda');
    expect(installed[0]).toContain('cuda-package');
    expect(torchBuild('darwin', false).requirement).toBe(`torch==${torchVersion}`);
  });

  test('asks the public index only where the configured ones have no CPU build', async () => {
    await ensure(
      machine({
        pip: text => (text.includes('+cpu') && !text.includes('download.pytorch') ? failed('none') : ok()),
      }),
    );
    expect(installed[1]).toContain('--extra-index-url https://download.pytorch.org/whl/cpu');
  });

  test('is made once, and anew after an interruption', async () => {
    const broken = machine({ pip: text => (text.includes('base-package') ? failed('boom') : ok()) });
    await expect(ensure(broken)).rejects.toMatchObject({ code: 'environment-failed' });
    expect((await ensure(machine({}))).made).toBe(true);
    expect((await ensure(machine({}))).made).toBe(false);
    expect((await readdir(join(folder, 'cache', 'python'))).filter(name => name.endsWith('.lock'))).toEqual(
      [],
    );
  });

  test('is made by one of two that start at once', async () => {
    const both = await Promise.all([ensure(machine({})), ensure(machine({}))]);
    expect(both.map(({ made }) => made).sort()).toEqual([false, true]);
  });

  test('gets extras later without being made again', async () => {
    await ensure(machine({}));
    installed = [];
    await ensure(machine({}), { extras: ['test'] });
    expect(installed).toEqual(['test-package==1\n']);
  });

  test('installs from a wheel folder without any index, also where its path has a space', async () => {
    const wheelDir = join(folder, 'wheel house');
    await mkdir(wheelDir);
    await ensure(machine({}), { wheelDir });
    for (const text of installed) expect(text).toMatch(/^--no-index\n--find-links file:\S+\/wheel%20house\n/);
  });

  test('says that the wheel folder is not there', async () => {
    const missing = ensure(machine({}), { wheelDir: join(folder, 'nowhere') });
    await expect(missing).rejects.toMatchObject({ code: 'wheels-missing', exitCode: 3 });
  });

  test('hands the places of pip on to uv, also for packages that are added later', async () => {
    const run = machine({ uv: ok(), pipConfiguration: "global.find-links='/opt/wheels'\n" });
    await ensure(run);
    await ensure(run, { extras: ['test'] });
    expect(installed).toHaveLength(3);
    for (const text of installed) expect(text).toMatch(/^--find-links \/opt\/wheels\n/);
  });

  test('falls back to pip when uv fails', async () => {
    const attempts: string[] = [];
    await ensure(machine({ uv: failed('no solution') }), { onStatus: status => attempts.push(status) });
    expect(attempts).toContain('uv could not install the packages; trying pip');
    expect(attempts).toContainEqual(expect.stringMatching(/^Making the Python environment .*pip\)$/));
  });

  test.each([
    ['python-missing', { pythons: {} }],
    ['python-too-old', { pythons: { python3: '3.9.2' } }],
    ['disk-full', { pip: () => failed('OSError: [Errno 28] No space left on device') }],
    ['network-unreachable', { pip: () => failed("connection broken by 'NewConnectionError'") }],
    ['environment-failed', { pip: () => failed('hash mismatch at https://me:hunter2@index/x') }],
  ] as const)('fails with %s', async (code, spec) => {
    const error = await ensure(machine(spec)).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code, exitCode: 3 });
    expect(String((error as Error).message)).not.toContain('hunter2');
  });

  test('hands pip places on to uv and blots out secrets', () => {
    expect(pipPlaces("global.extra-index-url='a b'\n:env:.find-links='/w'")).toEqual([
      '--extra-index-url a',
      '--extra-index-url b',
      '--find-links /w',
    ]);
    expect(scrub('https://u:p@h/?token=abc')).toBe('https://***@h/?token=***');
  });
});
