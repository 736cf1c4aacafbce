import { StepdownError } from './stepdown-error.ts';

/** A model behind an API failed or answered nonsense. Exit code 6. */
export class UpstreamError extends StepdownError {
  constructor(
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super('upstream', code, message, hint, options);
  }
}
