import { basisText } from '../../../core/basis.ts';
import { ConfigError } from '../../../core/errors/index.ts';
import type { TeacherTerms } from './teacher-terms.ts';
import { termsTable } from './terms-table.ts';

/** Terms as they are shown. */
export interface StatedTerms extends Omit<TeacherTerms, 'hosts' | 'models'> {
  /** What the summary rests on, and of which day: `as of 2026-11-28, from a report about it, not checked at the source`. */
  readonly restsOn: string;
}

/** What is known about training on a teacher's answers. */
export interface TermsCheck {
  readonly model: string;
  readonly host: string;
  /** The strictest of the terms that apply; `unknown` where none is known. */
  readonly training: TeacherTerms['training'] | 'unknown';
  /** The terms that apply, for display; empty where none is known. */
  readonly terms: readonly StatedTerms[];
}

const strictest = ['forbidden', 'restricted', 'conditions', 'allowed'] as const;

/** Looks a teacher up, by the address that answers and by the model's name. Both may have terms: both apply. */
export function checkTerms(teacher: { readonly baseUrl: string; readonly model: string }): TermsCheck {
  const host = new URL(teacher.baseUrl).hostname.toLowerCase();
  const services = termsTable.filter(({ hosts }) =>
    hosts.some(known => host === known || host.endsWith(`.${known}`) || host.endsWith(`-${known}`)),
  );
  // A distilled or fine-tuned model names its base last, and the teacher's family first: the first entry counts.
  const weights = termsTable.find(({ models }) => models?.test(teacher.model));
  const found = weights ? [...services, weights] : services;
  return {
    model: teacher.model,
    host,
    training: strictest.find(right => found.some(({ training }) => training === right)) ?? 'unknown',
    terms: found.map(({ hosts: _hosts, models: _models, ...terms }) => ({
      ...terms,
      restsOn: restsOn(terms),
    })),
  };
}

/**
 * Asks for a decision of the user where terms are known that may forbid it.
 * @throws ConfigError `teacher-terms`
 */
export function requireAccepted(check: TermsCheck, accepted: boolean): void {
  if (accepted || (check.training !== 'forbidden' && check.training !== 'restricted')) return;
  const against = check.terms.filter(({ training }) => training === check.training);
  throw new ConfigError(
    'teacher-terms',
    `Training on answers of ${check.model} (${check.host}) is ${check.training}: ${against
      .map(({ title, summary, url, restsOn }) => `${title}, ${restsOn}: ${summary} ${url}`)
      .join('; ')}`,
    'Read the terms, ask your lawyer or the provider, and give --accept-terms where you may; or use a teacher whose licence allows it.',
    { details: { terms: check } },
  );
}

function restsOn({ writtenOn, basis }: Pick<TeacherTerms, 'writtenOn' | 'basis'>): string {
  return `as of ${writtenOn}, ${basisText[basis]}`;
}
