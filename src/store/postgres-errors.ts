import { ConfigError, PrerequisiteError, StepdownError } from '../core/errors/index.ts';

/**
 * Where a server is, for messages: host, port and database, never user or password.
 * @throws ConfigError `database-url-invalid`
 */
export function describeServer(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new ConfigError(
      'database-url-invalid',
      'DATABASE_URL is not the address of a Postgres database',
      'Set DATABASE_URL to postgres://user:password@host:5432/database, with special characters percent-encoded.',
    );
  }
  const host = parsed.searchParams.get('host') ?? (parsed.hostname || 'localhost');
  return `${host}:${parsed.port || 5432}${parsed.pathname}`;
}

/** Classes of SQLSTATE that say no to this user or database. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const refusals = ['28', '3D', '42501'];

/**
 * The failure to open a server as an error with what to do. The driver's own error is not kept as a cause: it may
 * carry connection parameters.
 */
export function unusableServer(failure: unknown, server: string): Error {
  if (failure instanceof StepdownError) return failure;
  const { code, message } = failureOf(failure);
  if (refusals.some(refusal => code?.startsWith(refusal))) {
    return new PrerequisiteError(
      'database-refused',
      `The Postgres server at ${server} refuses: ${message}`,
      'Check user, password, database and rights in DATABASE_URL; the user needs to create tables.',
      { details: { sqlState: code } },
    );
  }
  return new PrerequisiteError(
    'database-unreachable',
    `The Postgres server at ${server} cannot be used: ${message}`,
    'Check that the server runs and that host and port in DATABASE_URL are right.',
    { details: { code } },
  );
}

function failureOf(failure: unknown): { code: string | null; message: string } {
  // Several addresses of one host fail together.
  const first = failure instanceof AggregateError ? (failure.errors[0] as unknown) : failure;
  const { code, message } = Object(first) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : null, message: String(message || code || first) };
}
