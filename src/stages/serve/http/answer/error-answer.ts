import type { ErrorBody } from '../../../../contracts/error-body.ts';
import { type ExitCategory, StepdownError } from '../../../../core/errors/index.ts';

/** An error as it goes over HTTP. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  /** Seconds for `retry-after`; null sends none. */
  readonly retryAfterSeconds: number | null;
  readonly body: ErrorBody;
}

const statusOfCategory: Readonly<Record<ExitCategory, number>> = {
  bug: 500,
  usage: 400,
  prerequisite: 503,
  data: 400,
  gate: 409,
  upstream: 502,
  interrupted: 499,
};

const statusOfCode: Readonly<Record<string, number>> = {
  'upstream-timeout': 504,
  'upstream-unavailable': 502,
  'upstream-rate-limited': 429,
};

/** What errors may carry for HTTP beyond their code and message. */
interface HttpFacts {
  readonly status?: unknown;
  readonly param?: unknown;
  readonly retryAfterSeconds?: unknown;
}

/** Any failure in the error shape of the API. A bug says nothing of itself: its text could hold anything. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (!(error instanceof StepdownError)) {
    const message = 'The gateway failed; this is a bug in stepdown';
    return {
      status: 500,
      code: 'internal-error',
      retryAfterSeconds: null,
      body: { error: { message, type: 'server_error', param: null, code: 'internal-error' } },
    };
  }
  const facts = error as HttpFacts;
  const rejection = error.code === 'upstream-rejected' ? rejectionOf(error) : null;
  const status = rejection?.status ?? statusOf(error, facts);
  return {
    status,
    code: error.code,
    retryAfterSeconds: retryAfterOf(error, facts),
    body: {
      error: {
        message: rejection === null ? `${error.message}. ${error.hint}` : error.message,
        type: rejection?.type ?? typeOf(status),
        param: rejection?.param ?? paramOf(error, facts),
        code: rejection?.code ?? error.code,
      },
    },
  };
}

function statusOf(error: StepdownError, facts: HttpFacts): number {
  if (typeof facts.status === 'number') return facts.status;
  // The gateway knows no server that answers; that is not the same as one that answered badly.
  if (error.code === 'upstream-unavailable' && error.details['status'] === 503) return 503;
  return statusOfCode[error.code] ?? statusOfCategory[error.category];
}

function paramOf(error: StepdownError, facts: HttpFacts): string | null {
  const param = facts.param ?? error.details['param'];
  return typeof param === 'string' ? param : null;
}

function retryAfterOf(error: StepdownError, facts: HttpFacts): number | null {
  if (typeof facts.retryAfterSeconds === 'number') return Math.ceil(facts.retryAfterSeconds);
  const asked = error.details['retryAfterMs'];
  return typeof asked === 'number' && asked > 0 ? Math.ceil(asked / 1000) : null;
}

interface Rejection {
  readonly status: number;
  readonly type: string | null;
  readonly param: string | null;
  readonly code: string | null;
}

/** A server's word on the request itself is passed on with its status. */
function rejectionOf(error: StepdownError): Rejection {
  const { status, rejection } = error.details as {
    status?: number;
    rejection?: Omit<Rejection, 'status'> | null;
  };
  const { type = null, param = null, code = null } = rejection ?? {};
  return { status: status ?? 400, type, param, code };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  if (status === 502 || status === 504) return 'upstream_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
