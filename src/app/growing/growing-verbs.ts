import type { Workspace } from '../workspace.ts';
import type { GrowingVerbs } from './views.ts';

/** The verbs that make rows; their code is loaded with the first one used, as most commands need none of it. */
export function growingVerbs(workspace: Workspace): GrowingVerbs {
  return {
    generateData: async options => (await import('./generate-data.ts')).generateData(workspace, options),
    distilData: async options => (await import('./distil-data.ts')).distilData(workspace, options),
  };
}
