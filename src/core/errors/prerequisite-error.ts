import { StepdownError } from './stepdown-error.ts';

/** Something the machine must have is missing: Python, memory, disk, weights, network. Exit code 3. */
export class PrerequisiteError extends StepdownError {
  constructor(
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super('prerequisite', code, message, hint, options);
  }
}
