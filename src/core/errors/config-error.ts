import { StepdownError } from './stepdown-error.ts';

/** The command line or stepdown.yaml is wrong. Exit code 2. */
export class ConfigError extends StepdownError {
  constructor(
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super('usage', code, message, hint, options);
  }
}
