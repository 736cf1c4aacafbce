import type { Audit } from '../../core/audit.ts';
import type { AuditRows } from './audit-rows.ts';
import { spread } from './content/spread.ts';

/** Targets that are labels have this many rows each on average, at least. */
const rowsPerLabel = 3;
const longestLabel = 100;
const looked = 1_000;

/** The kind of task the targets look like: JSON objects, labels that repeat, or texts. */
export function taskKindOf(rows: AuditRows): Audit['taskKind'] {
  const targets = spread(rows.count, looked).map(row => rows.target(row));
  const objects = targets.filter(target => target !== null && isJsonObject(target)).length;
  if (objects > targets.length * 0.9) return 'extract';
  const distinct = new Set(rows.targets).size;
  const short = targets.every(target => target !== null && target.length <= longestLabel);
  return rows.hasFewTargets && short && distinct * rowsPerLabel <= rows.count ? 'classify' : 'generate';
}

function isJsonObject(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
