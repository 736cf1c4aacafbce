import type { DatasetManifest } from '../../core/dataset.ts';
import { ConfigError } from '../../core/errors/index.ts';
import type { ApprovalEntry, IncumbentScore } from '../../core/test-approval.ts';
import type { EvaluateResult } from '../../stages/evaluate/index.ts';
import { readDatasetManifest } from '../../store/dataset-splits.ts';
import { openTestSplit } from '../../store/test-split.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import { appendApproval, testSetState } from './test-approval.ts';
import type { ApprovalVerbs, ApprovalView, SignedRequest, TestRowsView } from './views.ts';

/** The state of the approval, with test rows for the eyes of a person: nothing is chosen by what is read here. */
export async function showApproval(
  workspace: Workspace,
  { rows, from }: Parameters<ApprovalVerbs['showApproval']>[0],
): Promise<TestRowsView> {
  const { dir, manifest } = await dataset(workspace);
  const examples = rows === 0 ? [] : (await openTestSplit(dir)).slice(from - 1, from - 1 + rows);
  return { ...(await view(workspace, manifest)), from, examples };
}

/** Signs the test rows off. @throws DataError `dataset-changed` when they are not those that were frozen */
export async function approveTestSet(workspace: Workspace, request: SignedRequest): Promise<ApprovalView> {
  const { dir, manifest } = await dataset(workspace);
  const { length } = await openTestSplit(dir);
  await record(workspace, manifest, { action: 'approve', rows: length, ...request });
  return view(workspace, manifest);
}

/** @throws ConfigError `approval-missing` */
export async function revokeApproval(workspace: Workspace, request: SignedRequest): Promise<ApprovalView> {
  const { manifest } = await dataset(workspace);
  const { approval } = await testSetState(workspace, manifest);
  if (approval === null)
    throw new ConfigError(
      'approval-missing',
      'The test set has no approval that could be taken back',
      'Run `stepdown data approve` to see what was said about it.',
    );
  await record(workspace, manifest, { action: 'revoke', rows: approval.rows, ...request });
  return view(workspace, manifest);
}

async function dataset(workspace: Workspace): Promise<{ dir: string; manifest: DatasetManifest }> {
  const { outputs } = await workspace.latest('data');
  const dir = absolute(workspace.dir, outputs[0]?.path ?? '');
  return { dir, manifest: await readDatasetManifest(dir) };
}

async function record(
  workspace: Workspace,
  manifest: DatasetManifest,
  said: Pick<ApprovalEntry, 'action' | 'rows' | 'by' | 'note'>,
): Promise<void> {
  await workspace.lock();
  await appendApproval(workspace, {
    schemaVersion: 1,
    action: said.action,
    testHash: manifest.splits.test.sha256,
    datasetHash: manifest.hash,
    rows: said.rows,
    by: said.by,
    at: new Date().toISOString(),
    note: said.note,
    incumbent: await incumbentScore(workspace, manifest),
  });
}

async function view(workspace: Workspace, manifest: DatasetManifest): Promise<ApprovalView> {
  const { approval, history } = await testSetState(workspace, manifest);
  return {
    testHash: manifest.splits.test.sha256,
    datasetHash: manifest.hash,
    rows: manifest.splits.test.rows,
    approval,
    history,
    incumbent: await incumbentScore(workspace, manifest),
    incumbentConfigured: (await workspace.config()).large !== null,
  };
}

/** The large model's primary metric, where the newest evaluation has measured it on these rows. */
async function incumbentScore(
  workspace: Workspace,
  manifest: DatasetManifest,
): Promise<IncumbentScore | null> {
  const run = await (await workspace.runs()).latest('evaluate');
  const evaluation = (run?.result as EvaluateResult | undefined)?.evaluation;
  if (evaluation?.datasetHash !== manifest.hash) return null;
  const large = evaluation.systems.find(system => system.role === 'large');
  const estimate = large?.metrics[evaluation.primaryMetric];
  return large && estimate ? { title: large.title, metric: evaluation.primaryMetric, estimate } : null;
}
