import { basename } from 'node:path';
import type { Example } from '../../../core/example.ts';
import type { StageContext } from '../../../core/stage.ts';
import type { Task } from '../../../core/task.ts';
import { refuseManyBadRows } from '../bad-share.ts';
import { collectRows } from '../collect.ts';
import { buildExamples } from '../examples.ts';
import type { DataConfig, TaskConfig } from '../schema.ts';
import { settleWithinSplits } from '../splits/duplicates.ts';
import { compare } from '../splits/units.ts';
import { openTask } from '../task.ts';
import { openLabelledFile } from './open-loose-file.ts';

/** Rows of a file that belongs to no dataset. */
export interface LooseRows {
  readonly task: Task;
  readonly examples: readonly Example[];
  /** Rows that could not be used, repeated or contradicted each other. */
  readonly leftOut: number;
}

/**
 * Reads one file of labelled rows without splitting or freezing it: bad rows are set aside, each text is kept once.
 *
 * @param file absolute path
 * @throws DataError `too-many-bad-rows` and what the readers throw; ConfigError `rows-file-missing` |
 *   `data-format-unknown` | `rows-column-missing`, and for the task section
 */
export async function readLooseRows(
  file: string,
  context: Pick<StageContext<unknown>, 'workspaceDir' | 'progress' | 'signal'> & {
    readonly data: DataConfig;
    readonly task: TaskConfig;
  },
): Promise<LooseRows> {
  const { data, workspaceDir } = context;
  const task = await openTask(context.task, workspaceDir);
  const { fields, maxRowBytes } = data;
  const opened = await openLabelledFile(file, { workspaceDir, fields, format: null, maxRowBytes });
  const collected = await collectRows(opened, data, task.readTarget, new Map(), context);
  await refuseManyBadRows([collected], data.maxBadShare, null);
  const labels = [...new Set(collected.rows.map(row => row.target))].sort(compare);
  const settled = settleWithinSplits(
    collected.rows,
    data.duplicates.conflicts,
    context.task.kind === 'generate',
  );
  const { splits } = buildExamples(settled.rows.map(row => ({ row, split: 'train' })));
  const leftOut = collected.rowCount - splits.train.length;
  context.progress.say(`${basename(file)}: ${splits.train.length} rows, ${leftOut} left out`);
  return {
    task: task.close(context.task.kind === 'classify' ? labels : []),
    examples: splits.train,
    leftOut,
  };
}
