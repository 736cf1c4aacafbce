import type { CaptureWithFeedback } from '../../core/capture.ts';
import { ConfigError } from '../../core/errors/index.ts';
import type { Workspace } from '../workspace.ts';
import { withCaptures } from './open-store.ts';
import type { CaptureFilter, CaptureList } from './views.ts';

/** The newest captures that fit. */
export function listCaptures(
  workspace: Workspace,
  options: CaptureFilter & { readonly limit: number },
): Promise<CaptureList> {
  return withCaptures(workspace, async store => {
    const { captures: total, bytes } = await store.totals();
    return { captures: await store.list(options, options.limit), total, bytes };
  });
}

/**
 * One capture, by its id or the beginning of it.
 * @throws ConfigError `capture-unknown` with `details.candidates`, the ids that begin so
 */
export function showCapture(workspace: Workspace, id: string): Promise<CaptureWithFeedback> {
  return withCaptures(workspace, async store => {
    const found = await store.find(id, 10);
    const exact = found.find(one => one.capture.id === id) ?? (found.length === 1 ? found[0] : undefined);
    if (exact !== undefined) return exact;
    const candidates = found.map(one => one.capture.id);
    throw new ConfigError(
      'capture-unknown',
      candidates.length === 0
        ? `No capture has the id ${id}`
        : `Several captures have ids that begin with ${id}`,
      candidates.length === 0
        ? 'Run `stepdown captures list` for the ids.'
        : `Give more of the id: ${candidates.slice(0, 3).join(', ')}.`,
      { details: { candidates } },
    );
  });
}
