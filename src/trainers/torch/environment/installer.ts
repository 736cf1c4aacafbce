import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../files/atomic-file.ts';
import type { CommandResult, RunCommand } from '../../../processes/run-command.ts';
import type { Python } from './find-python.ts';
import { installFailure } from './install-failure.ts';
import type { InstallStep } from './install-plan.ts';

export interface InstallOptions {
  readonly run: RunCommand;
  readonly signal?: AbortSignal;
  readonly onStatus?: (status: string) => void;
}

/** Makes virtual environments and fills them. */
export interface Installer {
  readonly name: 'uv' | 'pip';
  create(directory: string): Promise<void>;
  install(directory: string, step: InstallStep): Promise<void>;
}

/** The interpreter of a virtual environment. */
export function environmentPython(directory: string, platform: string): string {
  return platform === 'win32' ? join(directory, 'Scripts', 'python.exe') : join(directory, 'bin', 'python');
}

/** venv and pip of the interpreter itself: honour the user's pip configuration by being pip. */
export function pipInstaller(python: Python, options: InstallOptions): Installer {
  return {
    name: 'pip',
    async create(directory) {
      const result = await options.run(python.path, ['-I', '-m', 'venv', directory], commandOptions(options));
      if (result.status !== 0) throw installFailure('the virtual environment', result);
    },
    install: (directory, step) =>
      installWith(directory, step, options, (file, isFallback) => [
        environmentPython(directory, python.platform),
        [
          '-I',
          '-m',
          'pip',
          'install',
          '--no-input',
          '--disable-pip-version-check',
          '--progress-bar',
          'off',
        ].concat(
          isFallback ? ['--timeout', '15', '--retries', '1'] : [],
          step.hashes ? ['--require-hashes'] : [],
          ['--no-deps', '-r', file],
        ),
      ]),
  };
}

/**
 * uv, faster than pip. It does not read pip's configuration, so the places configured there are handed on; what
 * cannot be handed on makes it fail, and pip takes over.
 */
export function uvInstaller(python: Python, options: InstallOptions): Installer {
  // The environment has no pip of its own, also when packages are added to it later: the interpreter's is asked.
  const places = async () => {
    const list = ['-I', '-m', 'pip', 'config', 'list'];
    const configuration = await options.run(python.path, list, commandOptions(options));
    return configuration.status === 0 ? pipPlaces(configuration.stdout) : [];
  };
  return {
    name: 'uv',
    async create(directory) {
      const result = await options.run(
        'uv',
        ['venv', '--no-project', '--python', python.path, directory],
        commandOptions(options),
      );
      if (result.status !== 0) throw installFailure('the virtual environment', result);
    },
    async install(directory, step) {
      const requirements = [...(await places()), ...step.requirements];
      await installWith(directory, { ...step, requirements }, options, file => [
        'uv',
        [
          'pip',
          'install',
          '--python',
          environmentPython(directory, python.platform),
          '--index-strategy',
          'unsafe-best-match',
        ].concat(step.hashes ? ['--require-hashes'] : [], ['--no-deps', '-r', file]),
      ]);
    },
  };
}

/** Requirements-file lines for the places that `pip config list` names; later lines of it win. */
export function pipPlaces(configuration: string): string[] {
  const values = new Map<string, string>();
  for (const line of configuration.split(/\r?\n/)) {
    const match = /^(?:global|install|:env:)\.(index-url|extra-index-url|find-links)='(.*)'$/.exec(
      line.trim(),
    );
    if (match) values.set(match[1]!, match[2]!);
  }
  return [...values].flatMap(([option, value]) =>
    value
      .split(/\\n|\s+/)
      .filter(place => place !== '')
      .map(place => `--${option} ${place}`),
  );
}

/** Requirements go through a file, never the command line, which other users of the machine can read. */
async function installWith(
  directory: string,
  step: InstallStep,
  options: InstallOptions,
  command: (file: string, isFallback: boolean) => [string, string[]],
): Promise<void> {
  const file = join(directory, 'stepdown-requirements.txt');
  const attempt = async (lines: readonly string[], isFallback: boolean): Promise<CommandResult> => {
    await writeFileAtomic(file, `${lines.join('\n')}\n`);
    return options.run(...command(file, isFallback), commandOptions(options, step.title));
  };
  try {
    options.onStatus?.(`Installing ${step.title}`);
    let result = await attempt(step.requirements, false);
    if (result.status !== 0 && step.fallbackIndex !== null)
      result = await attempt([`--extra-index-url ${step.fallbackIndex}`, ...step.requirements], true);
    if (result.status !== 0) throw installFailure(step.title, result);
  } finally {
    await rm(file, { force: true });
  }
}

function commandOptions(options: InstallOptions, title?: string) {
  return {
    ...(options.signal ? { signal: options.signal } : {}),
    ...(title === undefined
      ? {}
      : {
          onLine: (line: string) => {
            const name = /^\s*(?:Collecting|Downloading|Installing collected packages:)\s*([\w.-]*)/.exec(
              line,
            )?.[1];
            if (name) options.onStatus?.(`Installing ${title}: ${name}`);
          },
        }),
  };
}
