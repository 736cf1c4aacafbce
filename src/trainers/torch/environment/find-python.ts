import { PrerequisiteError } from '../../../core/errors/index.ts';
import type { RunCommand } from '../../../processes/run-command.ts';

/** Python versions that the pinned packages have builds for: the first inclusive, the last exclusive. */
export const supportedPython = { from: [3, 11], below: [3, 15] } as const;

/** An interpreter that can make the environment. */
export interface Python {
  /** Absolute path of the interpreter. */
  readonly path: string;
  /** `3.11.7`. */
  readonly version: string;
  /** `linux`, `darwin` or `win32`, as `sys.platform` has it. */
  readonly platform: string;
  /** `x86_64`, `aarch64`, `arm64`, `AMD64`. */
  readonly machine: string;
}

const question =
  'import json,platform,sys;print(json.dumps([sys.executable,platform.python_version(),sys.platform,platform.machine()]))';

/**
 * The first interpreter of a supported version: the configured one alone where there is one, otherwise the
 * versioned names, `python3`, `python` and the Windows launcher.
 * @throws PrerequisiteError `python-missing` | `python-too-old`
 */
export async function findPython(
  configured: string | null,
  run: RunCommand,
  signal?: AbortSignal,
): Promise<Python> {
  const tried: string[] = [];
  const unsupported: Python[] = [];
  for (const [command, ...args] of candidates(configured)) {
    const python = await ask(command, args, run, signal);
    tried.push([command, ...args].join(' '));
    if (python === null) continue;
    if (isSupported(python.version)) return python;
    unsupported.push(python);
  }
  const range = `${supportedPython.from.join('.')} to ${supportedPython.below[0]}.${supportedPython.below[1] - 1}`;
  const hint = `Install Python ${range}, or set STEPDOWN_PYTHON to the path of one.`;
  const found = unsupported.map(python => `${python.path} is ${python.version}`).join(', ');
  if (unsupported.length > 0)
    throw new PrerequisiteError('python-too-old', `No Python of version ${range} was found: ${found}`, hint, {
      details: { tried, found: unsupported.map(({ path, version }) => ({ path, version })) },
    });
  throw new PrerequisiteError(
    'python-missing',
    configured === null
      ? `No Python was found; tried ${tried.join(', ')}`
      : `${configured} is not a Python interpreter that runs`,
    hint,
    { details: { tried } },
  );
}

function candidates(configured: string | null): readonly (readonly [string, ...string[]])[] {
  if (configured !== null) return [[configured]];
  const versions: [string, ...string[]][] = [];
  // The newest minor version may lack builds of some package, so it comes last among the versioned names.
  for (const minor of [13, 12, 11, 14]) versions.push([`python3.${minor}`]);
  return [...versions, ['python3'], ['python'], ['py', '-3']];
}

async function ask(
  command: string,
  args: readonly string[],
  run: RunCommand,
  signal: AbortSignal | undefined,
): Promise<Python | null> {
  // -I: the interpreter as installed, without the user's site packages or a project in this folder.
  const result = await run(command, [...args, '-I', '-c', question], signal ? { signal } : {});
  if (result.status !== 0) return null;
  try {
    const [path, version, platform, machine] = JSON.parse(result.stdout) as string[];
    return path && version && platform && machine ? { path, version, platform, machine } : null;
  } catch {
    return null;
  }
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const number = major * 1000 + minor;
  const { from, below } = supportedPython;
  return number >= from[0] * 1000 + from[1] && number < below[0] * 1000 + below[1];
}
