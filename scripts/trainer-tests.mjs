/**
 * Runs the trainer's own tests (pytest) in the environment that the product makes and pins.
 * Argument: file for the JUnit report.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';

const { readEnvironment } = await import('../dist/config/environment.js');
const { ensureEnvironment } = await import('../dist/trainers/torch/environment/environment.js');

const environment = readEnvironment();
const { pythonPath } = await ensureEnvironment({
  cacheDir: environment.cacheDir,
  trainerDir: join(root, 'trainer'),
  python: environment.python,
  wheelDir: environment.wheelsDir,
  offline: environment.offline ?? false,
  torchIndex: environment.torchIndex,
  extras: ['test'],
  onStatus: status => process.stderr.write(`${status}\n`),
});
const [report] = process.argv.slice(2);
const { status } = spawnSync(
  pythonPath,
  ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...(report ? [`--junitxml=${report}`] : []), 'tests'],
  { cwd: join(root, 'trainer'), stdio: ['ignore', 2, 2] },
);
process.exit(status ?? 1);
