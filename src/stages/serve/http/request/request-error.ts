import { StepdownError } from '../../../../core/errors/index.ts';

/** A request that cannot be answered as it is. */
export class RequestError extends StepdownError {
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** The parameter that is wrong; null where it is the request as a whole. */
  readonly param: string | null;
  /** Seconds until another try makes sense; null where that is not known. */
  readonly retryAfterSeconds: number | null;
  /** Methods that the route has, comma-separated; null where the method is not what is wrong. */
  readonly allow: string | null;

  constructor(
    status: number,
    code: string,
    message: string,
    hint: string,
    options: { param?: string; retryAfterSeconds?: number; allow?: string } = {},
  ) {
    super('usage', code, message, hint);
    this.status = status;
    this.param = options.param ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.allow = options.allow ?? null;
  }
}

/** @param allow methods that the route has, comma-separated */
export function wrongMethod(allow: string): RequestError {
  const hint = `Use ${allow}.`;
  return new RequestError(405, 'method-not-allowed', 'The route has no such method', hint, { allow });
}
