import { readFile } from 'node:fs/promises';
import type { NewDecision, ReviewQueue } from '../../../app/review/views.ts';
import { ConfigError } from '../../../core/errors/index.ts';

/** Decisions of a batch, and the lines that are none. */
export interface DecisionBatch {
  readonly decisions: readonly NewDecision[];
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * Reads `{"row": HASH, "action": "keep"|"fix"|"drop", "target"?, "note"?}` a line. Only rows that are flagged and
 * open can be decided on, so the same file twice changes nothing.
 * @throws ConfigError `decisions-unreadable`
 */
export async function readDecisions(path: string, queue: ReviewQueue): Promise<DecisionBatch> {
  const text = await readFile(path, 'utf8').catch(cause => {
    throw new ConfigError(
      'decisions-unreadable',
      'The file with decisions cannot be read',
      'Name a JSON Lines file after --decisions; `stepdown data review --json` lists the rows to decide on.',
      { cause },
    );
  });
  const open = new Map(queue.open.map(row => [row.row, row]));
  const decisions: NewDecision[] = [];
  const rejected: { line: number; reason: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const found = decisionOf(line, open, queue.labels);
    if (typeof found === 'string') rejected.push({ line: index + 1, reason: found });
    else decisions.push(found);
  }
  return { decisions, rejected };
}

function decisionOf(
  line: string,
  open: ReadonlyMap<string, ReviewQueue['open'][number]>,
  labels: readonly string[] | null,
): NewDecision | string {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return 'it is not JSON';
  }
  const { row, action, target, note } = value ?? {};
  const flagged = typeof row === 'string' ? open.get(row) : undefined;
  if (flagged === undefined) return 'its row is not flagged, or was decided on already';
  if (action !== 'keep' && action !== 'fix' && action !== 'drop')
    return 'its action is none of keep, fix, drop';
  if (action === 'fix' && (typeof target !== 'string' || target.trim() === '')) return 'a fix needs a target';
  if (action === 'fix' && labels !== null && !labels.includes(String(target)))
    return `"${String(target)}" is not one of the ${labels.length} labels`;
  return {
    action,
    row: flagged.row,
    target: action === 'fix' ? String(target) : null,
    kind: flagged.flags[0]?.kind ?? null,
    place: { file: flagged.file, line: flagged.line },
    note: typeof note === 'string' ? note : null,
  };
}
