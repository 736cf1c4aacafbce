import { basename } from 'node:path';
import { sha256 } from '../../core/hash.ts';
import { type AuditSource, isSkilled } from '../../stages/audit/index.ts';
import { type DataEvidence, fewestInputs, nearFrom } from '../../stages/decide/index.ts';
import { wilsonInterval } from '../../stats/proportions/wilson-interval.ts';
import { buildSimilarityIndex } from '../../text/similarity-index.ts';
import { audit, auditedRows } from '../audit/audit.ts';
import type { Workspace } from '../workspace.ts';

/** Different inputs that are compared with each other, at most; those with the smallest hashes, whatever their order. */
const maximumCompared = 2000;

/**
 * Looks at labelled rows by an audit, and at how much their inputs are like each other.
 *
 * @param file absolute; the frozen dataset of the workspace when null
 * @throws as `audit` does
 */
export async function rowsEvidence(workspace: Workspace, file: string | null): Promise<DataEvidence> {
  const options = file === null ? {} : { file };
  const found = await audit(workspace, options);
  const { sources } = await auditedRows(workspace, options);
  const finding = (kind: (typeof found.findings)[number]['kind']) =>
    found.findings.find(candidate => candidate.kind === kind);
  // A specialist is not asked here, so the linear model is the only judge; without labels there is none.
  const [judge] = found.labelJudges;
  return {
    source: file === null ? 'the frozen dataset of the workspace' : basename(file),
    rows: found.rows,
    complete: file !== null,
    kind: found.taskKind,
    labels: found.profile.labels?.length ?? null,
    duplicateShare: (finding('exact-duplicate')?.count ?? 0) / found.rows,
    breadth: likenessOf(await differentInputs(sources)),
    labelNoise:
      judge !== undefined && isSkilled(judge) ? wilsonInterval(judge.rowsSuspected, judge.rowsJudged) : null,
  };
}

/** Inputs by their hash, the smallest hashes: a sample that has each input once. */
async function differentInputs(sources: readonly AuditSource[]): Promise<string[]> {
  let kept = new Map<string, string>();
  const smallest = () => [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maximumCompared);
  for (const source of sources)
    for await (const row of source.read()) {
      if (!('text' in row)) continue;
      kept.set(sha256(row.text), row.text);
      if (kept.size > 4 * maximumCompared) kept = new Map(smallest());
    }
  return smallest().map(([, text]) => text);
}

/** Share of the inputs that have a near neighbour among the others; null where they are too few. */
export function likenessOf(inputs: readonly string[]): DataEvidence['breadth'] {
  if (inputs.length < fewestInputs) return null;
  const { heldOut } = buildSimilarityIndex(inputs.map(text => ({ text, group: null })));
  const near = heldOut.filter(similarity => similarity >= nearFrom).length;
  return { nearShare: wilsonInterval(near, heldOut.length), nearFrom };
}
