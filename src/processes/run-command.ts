import { spawn } from 'node:child_process';
import { InterruptedError } from '../core/errors/index.ts';

/** How a program ended. */
export interface CommandResult {
  /** Exit status; null where it could not be started or was ended by a signal. */
  readonly status: number | null;
  readonly stdout: string;
  /** Standard output and error in the order they came, at most the last 200,000 characters. */
  readonly output: string;
  /** The system's code where it could not be started, e.g. `ENOENT`. */
  readonly startError: string | null;
}

export interface CommandOptions {
  readonly signal?: AbortSignal;
  /** Called with every line as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Runs a program without a shell. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

const keptCharacters = 200_000;

/**
 * Runs a program without a shell and gathers what it writes.
 * @throws InterruptedError `interrupted` when the signal is raised; the program is ended
 */
export const runCommand: RunCommand = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    let stdout = '';
    let output = '';
    let line = '';
    let startError: string | null = null;
    const interrupted = () =>
      new InterruptedError(
        'interrupted',
        `Stopped while running ${command}`,
        'Run the same command again: it continues.',
      );
    if (options.signal?.aborted) return reject(interrupted());
    const child = spawn(command, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const gather = (text: string) => {
      output = (output + text).slice(-keptCharacters);
      const lines = (line + text).split(/\r?\n|\r/);
      line = lines.pop() ?? '';
      for (const whole of lines) if (whole !== '') options.onLine?.(whole);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      gather(text);
    });
    child.stderr.setEncoding('utf8').on('data', gather);
    child.on('error', (error: NodeJS.ErrnoException) => {
      startError = error.code ?? error.name;
      // A program that never started emits no close event on every platform.
      if (child.pid === undefined) resolve({ status: null, stdout, output, startError });
    });
    child.on('close', status =>
      options.signal?.aborted ? reject(interrupted()) : resolve({ status, stdout, output, startError }),
    );
  });
