import { StepdownError } from './stepdown-error.ts';

/** A gate failed, or had too few rows to decide. Exit code 5. */
export class GateError extends StepdownError {
  constructor(
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super('gate', code, message, hint, options);
  }
}
