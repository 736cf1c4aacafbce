import { join } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import type { DatasetManifest } from '../../core/dataset.ts';
import { hashJson } from '../../core/hash.ts';
import {
  type ApprovalEntry,
  approvalEntrySchema,
  signature,
  standingApproval,
} from '../../core/test-approval.ts';
import { appendLog, readLog } from '../../store/review/append-log.ts';
import type { Workspace } from '../workspace.ts';

/** Beside stepdown.yaml and not in `.stepdown`: what people decide cannot be made again, and belongs in version control. */
const logFile = 'review/approvals.jsonl';

/** What was said about one test set. */
export interface TestSetState {
  readonly approval: ApprovalEntry | null;
  /** Oldest first. */
  readonly history: readonly ApprovalEntry[];
  /**
   * The history as something that a stage depends on. It grows with every word, so what was written under an
   * approval is written again once that is taken back.
   */
  readonly inputs: readonly Artifact[];
}

/** @throws DataError `review-log-unreadable` */
export async function testSetState(workspace: Workspace, manifest: DatasetManifest): Promise<TestSetState> {
  const testHash = manifest.splits.test.sha256;
  const all = await approvalLog(workspace);
  const history = all.filter(entry => entry.testHash === testHash);
  const content = { sha256: hashJson(history), sizeBytes: JSON.stringify(history).length };
  const inputs = history.length === 0 ? [] : [{ kind: 'test-approval', path: logFile, ...content }];
  return { approval: standingApproval(history, testHash), history, inputs };
}

/** Every word on every test set this workspace had, oldest first. @throws DataError `review-log-unreadable` */
export function approvalLog(workspace: Workspace): Promise<ApprovalEntry[]> {
  return readLog(join(workspace.dir, logFile), approvalEntrySchema);
}

/**
 * Whether somebody has signed for the test rows that an evaluation was made on.
 * @param datasetHash dataset that was evaluated
 * @param manifest of the dataset there is now
 */
export async function isTestSetApproved(
  workspace: Workspace,
  datasetHash: string,
  manifest: DatasetManifest | null,
): Promise<boolean> {
  const log = await approvalLog(workspace);
  // Of an earlier dataset only the log knows which test rows it had.
  const testHash =
    manifest?.hash === datasetHash
      ? manifest.splits.test.sha256
      : log.findLast(entry => entry.datasetHash === datasetHash)?.testHash;
  return testHash !== undefined && standingApproval(log, testHash) !== null;
}

/** Says so when rows that somebody approved are not the test rows any more. */
export async function warnOfLostApproval(workspace: Workspace, manifest: DatasetManifest): Promise<void> {
  const last = (await approvalLog(workspace)).at(-1);
  if (last?.action !== 'approve' || last.testHash === manifest.splits.test.sha256) return;
  workspace.options.progress.say(
    `Warning: the test rows are not those that ${signature(last)} approved; nobody has approved them as they are now. Look at them with \`stepdown data approve --show\`.`,
  );
}

/** Call while holding the workspace. */
export function appendApproval(workspace: Workspace, entry: ApprovalEntry): Promise<void> {
  return appendLog(join(workspace.dir, logFile), [entry]);
}
