import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import { ConfigError } from '../../core/errors/index.ts';
import { hashJson } from '../../core/hash.ts';
import {
  type ReviewDecision,
  type ReviewEntry,
  reviewEntrySchema,
  standingDecisions,
} from '../../core/review.ts';
import { appendLog, readLog } from '../../store/review/append-log.ts';
import type { Workspace } from '../workspace.ts';
import type { DecisionList, NewDecision, SignedRequest } from './views.ts';

/** Beside stepdown.yaml, as approvals are: the same rows and decisions give the same dataset anywhere. */
const logFile = 'review/decisions.jsonl';

/** Decisions that hold, and those that change rows as something the dataset depends on. */
export async function reviewInput(
  workspace: Workspace,
): Promise<{ decisions: ReadonlyMap<string, ReviewDecision>; inputs: Artifact[] }> {
  const standing = [...standingDecisions(await decisionLog(workspace)).values()];
  // A row that is kept stays as it is: no reason to import again.
  const content = standing.filter(({ action }) => action !== 'keep').sort((a, b) => (a.row < b.row ? -1 : 1));
  const decisions = new Map(content.map(decision => [decision.row, decision]));
  if (content.length === 0) return { decisions, inputs: [] };
  const sizeBytes = Buffer.byteLength(JSON.stringify(content));
  return { decisions, inputs: [{ kind: 'review', path: logFile, sha256: hashJson(content), sizeBytes }] };
}

/** All decisions and whether they hold. */
export async function listDecisions(workspace: Workspace): Promise<DecisionList> {
  const log = await decisionLog(workspace);
  const undone = new Set(log.flatMap(entry => (entry.action === 'undo' ? [entry.undoes] : [])));
  const standing = new Set(standingDecisions(log).values());
  const decisions = log.flatMap(entry => {
    if (entry.action === 'undo') return [];
    const state = undone.has(entry.id) ? 'undone' : standing.has(entry) ? 'holds' : 'replaced';
    return [{ ...entry, state } as const];
  });
  return { decisions };
}

/** All that was ever decided, oldest first. @throws DataError `review-log-unreadable` */
export function decisionLog(workspace: Workspace): Promise<ReviewEntry[]> {
  return readLog<ReviewEntry>(join(workspace.dir, logFile), reviewEntrySchema);
}

/** Records decisions at once, whole or not at all. @throws PrerequisiteError `workspace-busy` | `disk-full` */
export async function recordDecisions(
  workspace: Workspace,
  by: string,
  made: readonly NewDecision[],
): Promise<ReviewDecision[]> {
  await workspace.lock();
  const at = new Date().toISOString();
  const entries = made.map(
    (decision): ReviewDecision => ({
      schemaVersion: 1,
      id: randomBytes(4).toString('hex'),
      by,
      at,
      ...decision,
    }),
  );
  if (entries.length > 0) await appendLog(join(workspace.dir, logFile), entries);
  return entries;
}

/** Takes a decision back; it stays in the file. @throws ConfigError `decision-unknown` | `decision-undone` */
export async function undoDecision(
  workspace: Workspace,
  id: string,
  { by, note }: SignedRequest,
): Promise<ReviewDecision> {
  await workspace.lock();
  const log = await decisionLog(workspace);
  const undone = new Set(log.flatMap(entry => (entry.action === 'undo' ? [entry.undoes] : [])));
  const decision = log.find(entry => entry.id === id && entry.action !== 'undo');
  if (undone.has(id))
    throw new ConfigError(
      'decision-undone',
      `Decision ${id} is taken back already`,
      'Run `stepdown data review --list` to see what holds.',
    );
  if (decision === undefined || decision.action === 'undo')
    throw new ConfigError(
      'decision-unknown',
      `There is no decision ${id} to undo`,
      'Run `stepdown data review --list` to see the decisions with their ids.',
    );
  const entry: ReviewEntry = {
    schemaVersion: 1,
    id: randomBytes(4).toString('hex'),
    by,
    at: new Date().toISOString(),
    note,
    action: 'undo',
    undoes: id,
  };
  await appendLog(join(workspace.dir, logFile), [entry]);
  return decision;
}
