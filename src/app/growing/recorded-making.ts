import { relative, sep } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import { hashPath } from '../../files/hash-file.ts';
import { runStage } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import type { MadeDataset, SpendingPlan } from './views.ts';

/** What the rows are made with and from. */
export interface Making {
  readonly name: 'generate' | 'distil';
  /** Without paths of this machine. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Artifact[];
  readonly seed: number;
}

/**
 * Makes rows under a run record, from the moment that spending is confirmed to the written file. It always runs: what
 * was answered before is in the journal of requests, and a file may have been changed by hand.
 * @throws as `make` does, once the record says so
 */
export async function recordedMaking(
  workspace: Workspace,
  { name, parameters, inputs, seed }: Making,
  make: () => Promise<MadeDataset>,
): Promise<MadeDataset> {
  const runs = await workspace.runs();
  await runs.closeAbandoned(new Date());
  const { progress, signal } = workspace.options;
  const { result } = await runStage(
    {
      stage: {
        name,
        version: 1,
        check: () => Promise.resolve([]),
        async run() {
          const made = await make();
          const file = async (kind: string, path: string): Promise<Artifact> => ({
            kind,
            path: inside(workspace, path),
            ...(await hashPath(path)),
          });
          return {
            result: made,
            outputs: [await file('rows', made.output), await file('rows-set-aside', made.setAsideFile)],
          };
        },
      },
      parameters,
      inputs,
      seeds: { [name]: seed },
    },
    { workspaceDir: workspace.dir, runs, progress, signal, force: true },
  );
  return result;
}

/** Who is asked, and for how much at most, as parameters of a record. */
export const askedOf = ({ teacher, judge, budgetUsd }: SpendingPlan) => ({ teacher, judge, budgetUsd });

/** A path as records have it: relative to the workspace where it is inside. */
function inside({ dir }: Workspace, path: string): string {
  const inner = relative(dir, path);
  return inner.startsWith('..') ? path : inner.split(sep).join('/');
}
