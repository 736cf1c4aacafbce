import { modelTerms } from './model-terms.ts';
import { serviceTerms } from './service-terms.ts';
import type { TeacherTerms } from './teacher-terms.ts';

/** Terms of the usual teachers. The first `model` entry that fits a name counts; every `service` entry that fits. */
export const termsTable: readonly TeacherTerms[] = [...serviceTerms, ...modelTerms];
