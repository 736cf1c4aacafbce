import { StepdownError } from './stepdown-error.ts';

/** The rows or files given cannot be used as they are. Exit code 4. */
export class DataError extends StepdownError {
  constructor(
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super('data', code, message, hint, options);
  }
}
