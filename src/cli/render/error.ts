import type { Screen } from './screen.ts';
import { printable, wrap } from './text.ts';

/** An error as the user meets it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly exitCode: number;
  /** Stack trace of a bug; null for an expected error. */
  readonly stack: string | null;
}

/** What is wrong and where, what to do about it, and the code to search for. */
export function failureText(screen: Screen, failure: Failure): string {
  const message = wrap(printable(failure.message), screen.columns - 7, '       ');
  const hint = wrap(printable(failure.hint), screen.columns - 7, '       ');
  return [
    `${screen.bad(screen.bold('error'))}  ${message}`,
    ...(failure.hint === '' ? [] : [`${screen.accent('hint')}   ${hint}`]),
    screen.dim(`code   ${failure.code} (exit ${failure.exitCode})`),
    ...(failure.stack === null ? [] : [screen.dim(printable(failure.stack))]),
  ].join('\n');
}

/** The same as one JSON object. */
export function failureJson(failure: Failure): object {
  const { code, message, hint, details } = failure;
  return { error: { code, message, hint, ...(Object.keys(details).length === 0 ? {} : { details }) } };
}
