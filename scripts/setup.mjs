/**
 * Makes a fresh clone ready: packages from the lock file, then the build. Needs Node and npm, nothing else.
 * Does only what changed, says what it does, and is what `npm run demo` and `npm test` begin with.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs a program with its output on stderr, so that stdout stays for results. */
export function runStep(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    ...options,
  });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

const say = line => process.stderr.write(`${line}\n`);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 18)) return;
  say(`stepdown needs Node 20.18 or newer; this is ${process.versions.node}.`);
  process.exit(3);
}

/** Installs the locked packages unless exactly they are there. Install scripts stay off (.npmrc). */
function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const mark = join(root, 'node_modules', '.stepdown-installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  say(
    'Setting up: installing Node packages (about 750 MB, most of it the inference engine for every kind of GPU) …',
  );
  // Not `npm ci`: it refuses the lock file where a registry lacks the optional binaries of other platforms.
  const status = runStep(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) {
    say(
      'npm install failed. Check the network or your npm registry settings, then run the same command again.',
    );
    process.exit(3);
  }
  writeFileSync(mark, lock);
}

/** Newest modification below a folder, in ms. */
function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}

/** Compiles src/ to dist/ unless dist/ is newer. */
function build() {
  const mark = join(root, 'dist', '.built');
  const sources = Math.max(newest(join(root, 'src')), statSync(join(root, 'tsconfig.build.json')).mtimeMs);
  if (existsSync(mark) && statSync(mark).mtimeMs > sources) return;
  say('Setting up: compiling …');
  if (runStep(npm, ['run', '--silent', 'build']) !== 0) process.exit(1);
}

/** Everything a fresh clone needs before the CLI can run. */
export function setUp() {
  requireNode();
  installPackages();
  build();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setUp();
