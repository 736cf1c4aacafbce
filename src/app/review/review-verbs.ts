import type { Workspace } from '../workspace.ts';
import type { ReviewVerbs } from './views.ts';

/** What people say about rows; the code is loaded with the first verb used. */
export function reviewVerbs(workspace: Workspace): ReviewVerbs {
  const approving = () => import('./approve.ts');
  const deciding = () => import('./decisions.ts');
  return {
    showApproval: async options => (await approving()).showApproval(workspace, options),
    approveTestSet: async request => (await approving()).approveTestSet(workspace, request),
    revokeApproval: async request => (await approving()).revokeApproval(workspace, request),
    flaggedRows: async options => (await import('./flagged-rows.ts')).flaggedRows(workspace, options),
    recordDecisions: async (by, made) => (await deciding()).recordDecisions(workspace, by, made),
    undoDecision: async (id, request) => (await deciding()).undoDecision(workspace, id, request),
    listDecisions: async () => (await deciding()).listDecisions(workspace),
  };
}
