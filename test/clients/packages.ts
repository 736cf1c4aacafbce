import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Clients as their makers publish them, in the newest versions that run on the oldest Node supported. */
const javaScriptPackages = {
  openai: '6.49.0',
  ai: '6.0.325',
  '@ai-sdk/openai-compatible': '2.0.92',
  '@langchain/openai': '1.4.0',
  '@langchain/core': '1.4.0',
  zod: '4.6.7',
};
const pythonPackages = ['openai==2.54.0'];

/** Outside the checkout: `npm install` of the project stays small. */
const cache = join(process.env['STEPDOWN_CACHE'] ?? join(homedir(), '.cache', 'stepdown'), 'test-clients');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** A folder for exactly these packages, filled once. */
function folderOf(kind: string, packages: object, fill: (folder: string) => void): string {
  const identity = createHash('sha256').update(JSON.stringify(packages)).digest('hex').slice(0, 12);
  const folder = join(cache, `${kind}-${identity}`);
  const mark = join(folder, '.installed');
  if (!existsSync(mark)) {
    mkdirSync(folder, { recursive: true });
    fill(folder);
    writeFileSync(mark, '');
  }
  return folder;
}

/** Gives what loads one of the JavaScript clients, installed where it was not yet. */
export function javaScriptClients(): NodeJS.Require {
  const folder = folderOf('javascript', javaScriptPackages, target => {
    writeFileSync(
      join(target, 'package.json'),
      JSON.stringify({ private: true, dependencies: javaScriptPackages }),
    );
    execFileSync(npm, ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
      cwd: target,
      stdio: 'pipe',
    });
  });
  return createRequire(join(folder, 'package.json'));
}

/** Path of a Python that has the Python client, installed where it was not yet. */
export function pythonWithClient(): string {
  const folder = folderOf('python', pythonPackages, target => {
    execFileSync('python3', ['-m', 'venv', target], { stdio: 'pipe' });
    const python = join(target, 'bin', 'python');
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...pythonPackages], { stdio: 'pipe' });
  });
  return join(folder, 'bin', 'python');
}
