import type { Made } from '../../stages/grow/index.ts';
import { setAsidePath } from './made-file.ts';
import type { PaidModels } from './teacher.ts';
import type { MadeDataset, SpendingPlan } from './views.ts';

/** What came out, counted. */
export function madeDataset(
  output: string,
  format: MadeDataset['format'],
  made: Omit<Made, 'rows'> & { readonly rows: readonly unknown[] },
  plan: SpendingPlan,
  { teacher, judge, purse }: PaidModels,
  before: MadeDataset['before'],
): MadeDataset {
  const setAside: Partial<Record<Made['setAside'][number]['code'], number>> = {};
  for (const { code } of made.setAside) setAside[code] = (setAside[code] ?? 0) + 1;
  const priced = teacher.price !== null && (judge === null || judge.price !== null);
  const both = (count: 'requests' | 'known' | 'lost') => teacher.counts[count] + (judge?.counts[count] ?? 0);
  return {
    output,
    format,
    setAsideFile: setAsidePath(output),
    rows: made.rows.length,
    inputs: made.inputs,
    setAside,
    budgetReached: made.budgetReached,
    spent: {
      nowUsd: priced ? purse.spentUsd : null,
      earlierUsd: priced ? purse.earlierUsd : null,
      requests: both('requests'),
      answeredBefore: both('known'),
      lost: both('lost'),
    },
    plan,
    before,
  };
}
