import { PrerequisiteError, StepdownError } from '../../core/errors/index.ts';

/**
 * The result of a query, or an error that says what the failure means for whoever asked. The driver's own words are
 * kept to its code: they are for the operator, and the answer goes to a client.
 * @throws PrerequisiteError `access-unavailable`
 */
export async function reached<Result>(query: Promise<Result>): Promise<Result> {
  try {
    return await query;
  } catch (cause) {
    // A mistake in this program is not the database's.
    if (cause instanceof StepdownError || cause instanceof TypeError) throw cause;
    const { code } = Object(cause) as { code?: unknown };
    throw new PrerequisiteError(
      'access-unavailable',
      'The database that keys and budgets are kept in does not answer',
      'Try again later; the operator finds the database in DATABASE_URL, or in .stepdown of the workspace.',
      { details: typeof code === 'string' ? { code } : {} },
    );
  }
}
