import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { ensureEnvironment } from '../../src/trainers/torch/environment/environment.ts';

const run = promisify(execFile);
let cacheDir: string;
beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'stepdown-environment-'));
});
afterAll(() => rm(cacheDir, { recursive: true, force: true }));

test('makes an environment with the pinned packages, without CUDA on a CPU machine, and finds it again', async () => {
  const { python, wheelsDir, torchIndex, offline } = readEnvironment();
  const options = {
    cacheDir,
    trainerDir: resolve('trainer'),
    python,
    wheelDir: wheelsDir,
    torchIndex,
    offline: offline ?? false,
    extras: [],
  };
  const started = Date.now();
  // Two at once: one makes it, the other waits and finds it.
  const [first, second] = await Promise.all([ensureEnvironment(options), ensureEnvironment(options)]);
  console.error(`environment made in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  expect([first.made, second.made].sort()).toEqual([false, true]);
  expect(second.pythonPath).toBe(first.pythonPath);

  const { stdout } = await run(first.pythonPath, [
    '-I',
    '-c',
    'import json; from importlib.metadata import distributions as d; print(json.dumps({x.metadata["Name"].lower(): x.version for x in d()}))',
  ]);
  const packages = JSON.parse(stdout) as Record<string, string>;
  expect(packages).toMatchObject({ transformers: '5.23.0', peft: '0.21.2', gguf: '0.19.0' });
  expect(packages['torch']).toMatch(/^2\.13\.0/);
  const nvidia = Object.keys(packages).filter(name => name.startsWith('nvidia-'));
  if (first.torch === 'cuda') expect(nvidia).not.toEqual([]);
  else expect(nvidia).toEqual([]);

  expect((await ensureEnvironment(options)).made).toBe(false);

  // uv makes it where uv is, and then no pip stands in the environment.
  const uv = await run('uv', ['--version']).then(
    () => true,
    () => false,
  );
  const marker = JSON.parse(await readFile(join(first.directory, 'complete.json'), 'utf8'));
  expect(marker.installer).toBe(uv ? 'uv' : 'pip');
  expect('pip' in packages).toBe(!uv);

  // Packages from a folder, as on a machine without a network.
  const wheelDir = join(cacheDir, 'wheel house');
  const lock = resolve('trainer', 'requirements', 'test.txt');
  await run(python ?? 'python3', ['-m', 'pip', 'download', '--no-deps', '--dest', wheelDir, '-r', lock]);
  expect(await readdir(wheelDir)).not.toEqual([]);
  const added = await ensureEnvironment({ ...options, wheelDir, offline: true, extras: ['test'] });
  expect(added).toMatchObject({ made: true, directory: first.directory });
  await run(first.pythonPath, ['-I', '-m', 'pytest', '--version']);
}, 600_000);
