import type { Workspace } from '../workspace.ts';
import type { ApprovalVerbs } from './views.ts';

/** Signing the test set off; the code is loaded with the first verb used. */
export function approvalVerbs(workspace: Workspace): ApprovalVerbs {
  const load = () => import('./approve.ts');
  return {
    showApproval: async options => (await load()).showApproval(workspace, options),
    approveTestSet: async request => (await load()).approveTestSet(workspace, request),
    revokeApproval: async request => (await load()).revokeApproval(workspace, request),
  };
}
