import { DataError, InterruptedError, PrerequisiteError, StepdownError } from '../../core/errors/index.ts';
import type { TrainerErrorEvent, TrainerVerb } from './protocol.ts';

/** How the process ended. */
export interface TrainerExit {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The trainer's log, without secrets. */
  readonly log: string;
  /** Whether stepdown itself asked it to stop. */
  readonly asked: boolean;
}

/** The error that an error event stands for. */
export function eventError(event: TrainerErrorEvent, log: string): StepdownError {
  const options = { details: event.details };
  if (event.category === 'prerequisite')
    return new PrerequisiteError(event.code, event.message, event.hint, options);
  if (event.category === 'data') return new DataError(event.code, event.message, event.hint, options);
  if (event.category === 'interrupted')
    return new InterruptedError(event.code, event.message, event.hint, options);
  return new StepdownError('bug', event.code, event.message, event.hint, {
    details: { ...event.details, log },
  });
}

/** The error where the process ended without saying why. */
export function exitError(verb: TrainerVerb, exit: TrainerExit): StepdownError {
  if (exit.asked || exit.signal === 'SIGINT' || exit.signal === 'SIGTERM' || exit.status === 130)
    return new InterruptedError(
      'interrupted',
      `Stopped during ${verb}; the last checkpoint is kept`,
      'Run the same command again to continue.',
    );
  // The kernel ends a process that takes too much memory with SIGKILL; shells and containers report it as 137.
  if (exit.signal === 'SIGKILL' || exit.status === 137)
    return new PrerequisiteError(
      'out-of-memory',
      `The system ended the trainer during ${verb}, most likely because memory ran out`,
      'Lower train.batchSize or train.maxLengthTokens, choose a smaller base model, or free memory; then run the same command again: it continues.',
      { details: { log: exit.log } },
    );
  if (/ModuleNotFoundError|ImportError/.test(exit.log))
    return new PrerequisiteError(
      'environment-failed',
      `The Python environment is damaged: ${/(?:ModuleNotFoundError|ImportError).*/.exec(exit.log)?.[0]}`,
      'Remove the folder `python` in the cache directory and run again: it is made anew.',
      { details: { log: exit.log } },
    );
  const how = exit.signal === null ? `with status ${exit.status}` : `by ${exit.signal}`;
  return new StepdownError(
    'bug',
    'trainer-failed',
    `The trainer ended ${how} during ${verb} without a result`,
    'Report this with the log in the details; run `stepdown doctor` to see the environment.',
    { details: { log: exit.log } },
  );
}
