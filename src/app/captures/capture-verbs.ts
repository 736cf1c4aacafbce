import type { Workspace } from '../workspace.ts';
import type { CaptureVerbs } from './views.ts';

/** The verbs on captures; their code is loaded with the first one used, as most commands need none of it. */
export function captureVerbs(workspace: Workspace): CaptureVerbs {
  return {
    listCaptures: async options => (await import('./show-captures.ts')).listCaptures(workspace, options),
    showCapture: async id => (await import('./show-captures.ts')).showCapture(workspace, id),
    exportCaptures: async options =>
      (await import('./export-captures.ts')).exportCaptures(workspace, options),
    importCaptures: async options =>
      (await import('./import-captures.ts')).importCaptures(workspace, options),
  };
}
