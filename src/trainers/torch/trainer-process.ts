import { spawn } from 'node:child_process';
import { PrerequisiteError } from '../../core/errors/index.ts';
import type { WorkOptions } from '../../core/trainer.ts';
import { BoundedLines } from './bounded-lines.ts';
import { LogTail } from './log-tail.ts';
import { type TrainerErrorEvent, type TrainerVerb, trainerEventSchema } from './protocol.ts';
import { eventError, exitError } from './trainer-failure.ts';

/** How to start the Python side. */
export interface TrainerCommand {
  readonly pythonPath: string;
  /** Folder that holds the package `stepdown_trainer`. */
  readonly trainerDir: string;
  /** Environment of the process; null inherits stepdown's own. */
  readonly environment: Readonly<Record<string, string>> | null;
  /** Time between asking to stop and ending by force, in milliseconds. A step must fit in. */
  readonly graceMs: number;
}

/** One result with a long loss curve; anything longer is not ours. */
const lineLimitCharacters = 64_000_000;
const logLimitCharacters = 20_000;

/**
 * Runs one verb of the Python trainer and returns its result.
 * An abort asks it to stop (SIGINT: it finishes the step and writes a checkpoint) and ends it after the grace time.
 * @throws PrerequisiteError | DataError | InterruptedError as the trainer reports them
 * @throws PrerequisiteError `out-of-memory` when the system killed the process | `environment-failed`
 * @throws StepdownError `trainer-failed` (bug), with the log's end in its details
 */
export function runTrainer(
  command: TrainerCommand,
  verb: TrainerVerb,
  requestFile: string | null,
  options: WorkOptions = {},
): Promise<unknown> {
  const args = ['-m', 'stepdown_trainer', verb, '--end-with-parent'];
  if (requestFile !== null) args.push('--request', requestFile);
  return new Promise((resolve, reject) => {
    const log = new LogTail(logLimitCharacters);
    let asked = options.signal?.aborted ?? false;
    if (asked) return reject(exitError(verb, { status: null, signal: null, log: '', asked }));

    const child = spawn(command.pythonPath, args, {
      cwd: command.trainerDir,
      // Standard input is never written to: it ends when this process does, and the trainer with it.
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(command.environment === null ? {} : { env: { ...command.environment } }),
    });
    let result: { readonly value: unknown } | null = null;
    let failure: TrainerErrorEvent | null = null;
    let force: NodeJS.Timeout | undefined;
    const stop = () => {
      asked = true;
      child.kill('SIGINT');
      force = setTimeout(() => child.kill('SIGKILL'), command.graceMs);
    };
    options.signal?.addEventListener('abort', stop, { once: true });

    const lines = new BoundedLines(lineLimitCharacters, line => {
      const event = trainerEventSchema.safeParse(line === null ? null : parsed(line));
      if (!event.success) return log.push(`[not an event] ${(line ?? '(line too long)').slice(0, 500)}\n`);
      const data = event.data;
      if (data.event === 'status') options.onStatus?.(data.text);
      else if (data.event === 'result') result = { value: data.result };
      else if (data.event === 'error') failure = data;
      else {
        const { event: _, ...progress } = data;
        options.onProgress?.(progress);
      }
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));

    const done = () => {
      clearTimeout(force);
      options.signal?.removeEventListener('abort', stop);
    };
    child.on('error', error => {
      done();
      reject(
        new PrerequisiteError(
          'environment-failed',
          `Python at ${command.pythonPath} cannot be started: ${error.message}`,
          'Remove the folder `python` in the cache directory and run again: it is made anew.',
          { cause: error },
        ),
      );
    });
    child.on('close', (status, signal) => {
      done();
      lines.end();
      if (failure !== null) reject(eventError(failure, log.toString()));
      else if (result !== null && status === 0) resolve(result.value);
      else reject(exitError(verb, { status, signal, log: log.toString(), asked }));
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
