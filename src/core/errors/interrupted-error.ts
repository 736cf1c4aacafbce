import { StepdownError } from './stepdown-error.ts';

/** Stopped by the user; the work so far is kept. Exit code 130. */
export class InterruptedError extends StepdownError {
  constructor(
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super('interrupted', code, message, hint, options);
  }
}
