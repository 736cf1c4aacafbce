import { closest } from '../config/yaml/suggest.ts';
import { exitCodes, StepdownError, systemFailure } from '../core/errors/index.ts';
import type { Failure } from './render/error.ts';

/**
 * Makes anything thrown presentable. A StepdownError keeps its code and exit code; what is thrown after Ctrl-C
 * is the interruption; what the system refused is the machine's; everything else is a bug and says how to report it.
 */
export function toFailure(error: unknown, interrupted: boolean): Failure {
  if (error instanceof StepdownError) {
    const suggestion = suggestionOf(error.details);
    return {
      code: error.code,
      message: suggestion === null ? error.message : `${error.message} (did you mean "${suggestion}"?)`,
      hint: error.hint,
      details: error.details,
      exitCode: error.exitCode,
      stack: null,
    };
  }
  if (interrupted) {
    return {
      code: 'interrupted',
      message: 'Stopped by Ctrl-C',
      hint: 'Run the same command again: it continues from where it was.',
      details: {},
      exitCode: exitCodes.interrupted,
      stack: null,
    };
  }
  const refused = systemFailure(error);
  if (refused !== null) return toFailure(refused, false);
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal-error',
    message: `This is a bug in stepdown: ${message}`,
    hint: 'Report it with the command, the lines below and the output of `stepdown doctor --json`.',
    details: {},
    exitCode: exitCodes.bug,
    stack: error instanceof Error ? (error.stack ?? null) : null,
  };
}

/** Errors about an unknown id carry what was given and what exists. */
function suggestionOf(details: Readonly<Record<string, unknown>>): string | null {
  const { given, candidates } = details;
  if (typeof given !== 'string' || !Array.isArray(candidates)) return null;
  return closest(
    given,
    candidates.filter(candidate => typeof candidate === 'string'),
  );
}
