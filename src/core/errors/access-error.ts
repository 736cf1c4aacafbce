import { StepdownError } from './stepdown-error.ts';

/** A caller may not do this, or not now. Answered over HTTP; as a command's failure it has exit code 2. */
export class AccessError extends StepdownError {
  /** HTTP status: 401, 403 or 429. */
  readonly status: 401 | 403 | 429;
  /** Seconds until another try makes sense (429); null where that is not known. */
  readonly retryAfterSeconds: number | null;
  /** Id of the key that was refused; null where none is known, as with a wrong secret. */
  keyId: string | null = null;

  constructor(
    status: 401 | 403 | 429,
    code: string,
    message: string,
    hint: string,
    retryAfterSeconds: number | null = null,
  ) {
    super('usage', code, message, hint);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
