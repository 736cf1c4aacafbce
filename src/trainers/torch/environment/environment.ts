import { mkdir, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError, PrerequisiteError } from '../../../core/errors/index.ts';
import { hashJson } from '../../../core/hash.ts';
import { writeFileAtomic } from '../../../files/atomic-file.ts';
import { isFolder } from '../../../files/path-kind.ts';
import { type RunCommand, runCommand } from '../../../processes/run-command.ts';
import { withLock } from './environment-lock.ts';
import { findPython, type Python } from './find-python.ts';
import { installFailure } from './install-failure.ts';
import { type EnvironmentExtra, extraStep, installPlan, type PackageSources } from './install-plan.ts';
import { environmentPython, type Installer, pipInstaller, uvInstaller } from './installer.ts';
import { hasNvidiaGpu, type TorchBuild, torchBuild } from './torch-build.ts';

/** What the trainer's environment is made from and where. */
export interface EnvironmentOptions extends PackageSources {
  /** The environment lies under `<cacheDir>/python/`. */
  readonly cacheDir: string;
  /** Folder of the Python trainer: `stepdown_trainer` and `requirements/`. */
  readonly trainerDir: string;
  /** Interpreter to use; null looks for one. */
  readonly python: string | null;
  readonly extras: readonly EnvironmentExtra[];
  readonly signal?: AbortSignal;
  readonly onStatus?: (status: string) => void;
  /** Runs programs; for tests. */
  readonly run?: RunCommand;
}

/** A ready environment. */
export interface PythonEnvironment {
  readonly pythonPath: string;
  readonly directory: string;
  readonly pythonVersion: string;
  readonly torch: TorchBuild['kind'];
  /** False where it was there already. */
  readonly made: boolean;
}

interface Marker {
  readonly schemaVersion: 1;
  readonly installer: string;
  readonly extras: readonly EnvironmentExtra[];
}

const neededBytes = { cpu: 2_500_000_000, default: 2_500_000_000, cuda: 9_000_000_000 } as const;

/**
 * Makes the trainer's Python environment once per lock, Python version and torch build, and finds it again later.
 * A marker written last tells a whole environment from an interrupted one, which is made anew.
 * @throws PrerequisiteError `python-missing` | `python-too-old` | `wheels-missing` | `environment-failed` |
 *   `network-unreachable` | `disk-full`
 * @throws InterruptedError `interrupted`
 */
export async function ensureEnvironment(options: EnvironmentOptions): Promise<PythonEnvironment> {
  const run = options.run ?? runCommand;
  const python = await findPython(options.python, run, options.signal);
  const build = torchBuild(python.platform, await hasNvidiaGpu(run, python));
  const locks = await readLocks(options.trainerDir);
  const [major, minor] = python.version.split('.');
  const key = hashJson({
    base: locks['base'],
    cuda: build.kind === 'cuda' ? locks['cuda'] : null,
    build,
    python: [major, minor, python.platform, python.machine],
  });
  const directory = join(options.cacheDir, 'python', key.slice(0, 16));
  const environment = {
    pythonPath: environmentPython(directory, python.platform),
    directory,
    pythonVersion: python.version,
    torch: build.kind,
  };
  const isReady = async () => {
    const marker = await readMarker(directory);
    return marker !== null && options.extras.every(extra => marker.extras.includes(extra));
  };
  if (await isReady()) return { ...environment, made: false };

  return withLock(
    `${directory}.lock`,
    {
      ...(options.signal ? { signal: options.signal } : {}),
      onWait: () => options.onStatus?.('Waiting for another process that prepares the Python environment'),
    },
    async () => {
      if (await isReady()) return { ...environment, made: false };
      await make(directory, python, build, locks, { ...options, run });
      return { ...environment, made: true };
    },
  );
}

async function make(
  directory: string,
  python: Python,
  build: TorchBuild,
  locks: Readonly<Record<string, string>>,
  options: EnvironmentOptions & { readonly run: RunCommand },
): Promise<void> {
  const installers: Installer[] = [pipInstaller(python, options)];
  if ((await options.run('uv', ['--version'])).status === 0) installers.unshift(uvInstaller(python, options));

  await requireWheels(options.wheelDir);
  let marker = await readMarker(directory);
  if (marker === null) {
    await requireDisk(options.cacheDir, neededBytes[build.kind]);
    const installer = await firstThatWorks(installers, options, async candidate => {
      await rm(directory, { recursive: true, force: true });
      options.onStatus?.(`Making the Python environment (Python ${python.version}, ${candidate.name})`);
      await candidate.create(directory);
      for (const step of installPlan(build, locks, options)) await candidate.install(directory, step);
    });
    await verify(directory, python, options);
    marker = { schemaVersion: 1, installer: installer.name, extras: [] };
    await writeMarker(directory, marker);
  }
  for (const extra of options.extras.filter(name => !marker!.extras.includes(name))) {
    // An environment that uv made has no pip.
    const usable = installers.filter(installer => installer.name === marker!.installer);
    await firstThatWorks(usable, options, installer =>
      installer.install(directory, extraStep(extra, locks[extra] ?? '', options)),
    );
    marker = { ...marker, extras: [...marker.extras, extra] };
    await writeMarker(directory, marker);
  }
}

async function firstThatWorks(
  installers: readonly Installer[],
  options: EnvironmentOptions,
  work: (installer: Installer) => Promise<void>,
): Promise<Installer> {
  for (const [index, installer] of installers.entries()) {
    try {
      await work(installer);
      return installer;
    } catch (error) {
      const isLast = index === installers.length - 1;
      const isFinal = error instanceof InterruptedError || (error as PrerequisiteError).code === 'disk-full';
      if (isLast || isFinal) throw error;
      options.onStatus?.(
        `${installer.name} could not install the packages; trying ${installers[index + 1]!.name}`,
      );
    }
  }
  throw new PrerequisiteError(
    'environment-failed',
    'The program that made this Python environment is gone',
    'Remove the python folder of the cache and run the same command again.',
  );
}

/** Imports what native code is in: a missing system library shows here and not in the middle of a run. */
async function verify(
  directory: string,
  python: Python,
  options: EnvironmentOptions & { readonly run: RunCommand },
): Promise<void> {
  options.onStatus?.('Checking the Python environment');
  const result = await options.run(
    environmentPython(directory, python.platform),
    ['-I', '-c', 'import numpy, safetensors, tokenizers, torch'],
    options.signal ? { signal: options.signal } : {},
  );
  if (result.status !== 0) throw installFailure('the training packages (they do not load)', result);
}

async function requireDisk(cacheDir: string, bytes: number): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const { bavail, bsize } = await statfs(cacheDir);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const gigabytes = (value: number) => (value / 1e9).toFixed(1);
  throw new PrerequisiteError(
    'disk-full',
    `The Python environment needs ${gigabytes(bytes)} GB in ${cacheDir}; ${gigabytes(free)} GB are free`,
    'Free disk space, or point STEPDOWN_CACHE at a larger disk, and run the same command again.',
    { details: { neededBytes: bytes, freeBytes: free } },
  );
}

/** A folder of wheels that is not there would look like a folder without the right wheel. */
async function requireWheels(folder: string | null): Promise<void> {
  if (folder === null || (await isFolder(folder))) return;
  throw new PrerequisiteError(
    'wheels-missing',
    `There is no folder of wheels at ${folder}`,
    'Point STEPDOWN_WHEELS at the folder that holds the downloaded packages, or unset it to use a package index.',
  );
}

async function readLocks(trainerDir: string): Promise<Record<string, string>> {
  const names = ['base', 'cuda', 'test', 'bench'];
  const texts = await Promise.all(
    names.map(name => readFile(join(trainerDir, 'requirements', `${name}.txt`), 'utf8')),
  );
  return Object.fromEntries(names.map((name, index) => [name, texts[index]!]));
}

async function readMarker(directory: string): Promise<Marker | null> {
  try {
    return JSON.parse(await readFile(join(directory, 'complete.json'), 'utf8')) as Marker;
  } catch {
    return null;
  }
}

function writeMarker(directory: string, marker: Marker): Promise<void> {
  return writeFileAtomic(join(directory, 'complete.json'), `${JSON.stringify(marker, null, 2)}\n`);
}
