import type { Basis } from '../../../core/basis.ts';

/**
 * Whether a model may be trained on the answers of another one.
 * `conditions`: yes, with duties; `restricted`: not for some purposes, and it is for the user to judge whether theirs
 * is one of them.
 */
export type TrainingRight = 'allowed' | 'conditions' | 'restricted' | 'forbidden';

/** What a provider's terms or a model's licence say, in our words. Not legal advice. */
export interface TeacherTerms {
  /** Stable name, kebab-case. */
  readonly id: string;
  readonly title: string;
  /** `service`: terms of whoever answers at the address; `model`: licence of the weights, whoever runs them. */
  readonly kind: 'service' | 'model';
  /** Host of the address, as a whole or the end of it; `service` only. */
  readonly hosts: readonly string[];
  /** Of the model's name; `model` only. */
  readonly models: RegExp | null;
  readonly training: TrainingRight;
  /** In a sentence or two. */
  readonly summary: string;
  readonly url: string;
  /** Day on which the summary was written, ISO 8601. */
  readonly writtenOn: string;
  readonly basis: Basis;
}

type Entry = Omit<TeacherTerms, 'kind' | 'hosts' | 'models' | 'writtenOn'> & { readonly writtenOn?: string };

/** Day on which entries were written that name no day of their own. */
const day = '2026-11-29';

/** Terms of whoever answers at these hosts. */
export const service = (hosts: readonly string[], entry: Entry): TeacherTerms => ({
  writtenOn: day,
  ...entry,
  kind: 'service',
  hosts,
  models: null,
});

/** Licence of the weights whose name fits. */
export const model = (models: RegExp, entry: Entry): TeacherTerms => ({
  writtenOn: day,
  ...entry,
  kind: 'model',
  hosts: [],
  models,
});
