import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Audit, auditSchema } from '../../core/audit.ts';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import { type DevelopmentSplitName, type Example, inputText } from '../../core/example.ts';
import { rowHash, standingDecisions } from '../../core/review.ts';
import { readDatasetManifest, readSplit } from '../../store/dataset-splits.ts';
import { audit } from '../audit/audit.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import { decisionLog } from './decisions.ts';
import type { FlaggedRow, FlaggedRowsOptions, ReviewQueue } from './views.ts';

const development: readonly DevelopmentSplitName[] = ['train', 'validation', 'calibration'];

/**
 * Rows of the development splits that an audit flags; the test split stays sealed.
 * @throws ConfigError `stage-not-run` | `audit-unreadable`; DataError `audit-outdated`; what `audit` throws
 */
export async function flaggedRows(
  workspace: Workspace,
  { auditFile, ...judge }: FlaggedRowsOptions,
): Promise<ReviewQueue> {
  const { outputs } = await workspace.latest('data');
  const dir = absolute(workspace.dir, outputs[0]?.path ?? '');
  const { hash, task } = await readDatasetManifest(dir);
  const found = auditFile === undefined ? await audit(workspace, judge) : await readAudit(auditFile);
  if (found.datasetHash !== null && found.datasetHash !== hash)
    throw new DataError(
      'audit-outdated',
      'The audit is of another dataset than the one here',
      'Run `stepdown data audit --json` again, or leave --audit out.',
    );
  const rows = new Map<string, RowOfSplit>();
  for (const split of development)
    for (const example of await readSplit(dir, split)) rows.set(placeOf(example.source), { split, example });

  const flagged = new Map<string, FlaggedRow>();
  for (const finding of found.findings)
    for (const item of finding.items) {
      const [at, other] = item.rows.slice(0, 2).map(place => rows.get(placeOf(place)));
      if (!at) continue;
      const { example } = at;
      const row = rowHash(example.messages, example.target);
      const flag = {
        kind: finding.kind,
        evidence: item.evidence,
        suggestion: item.suggestion,
        other: other ? shown(other) : null,
      };
      const known = flagged.get(row);
      flagged.set(row, {
        row,
        ...shown(at),
        flags: [...(known?.flags ?? []), flag],
      });
    }
  const decided = standingDecisions(await decisionLog(workspace));
  const open = [...flagged.values()].filter(({ row }) => !decided.has(row));
  return {
    open,
    decided: flagged.size - open.length,
    labels: task.kind === 'classify' ? task.labels : null,
  };
}

interface RowOfSplit {
  readonly split: DevelopmentSplitName;
  readonly example: Example;
}

function shown({
  split,
  example,
}: RowOfSplit): Pick<FlaggedRow, 'split' | 'file' | 'line' | 'input' | 'target'> {
  const { file, line } = example.source;
  return { split, file, line, input: inputText(example), target: example.target };
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}\u0000${line}`;
}

async function readAudit(path: string): Promise<Audit> {
  try {
    return auditSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new ConfigError(
      'audit-unreadable',
      `${basename(path)} does not hold what \`stepdown data audit --json\` prints`,
      'Make it with `stepdown data audit --json > audit.json`.',
      { cause },
    );
  }
}
