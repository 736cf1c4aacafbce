import { StepdownError } from '../../core/errors/index.ts';
import type { Problem, StageContext } from '../../core/stage.ts';
import { otherDelimiter } from './readers/delimited.ts';
import { type OpenedSource, openSource, readSource } from './readers/open-source.ts';
import type { RawRow } from './readers/raw-row.ts';
import { neededColumns } from './rows/interpret.ts';
import type { DataConfig, DataParameters } from './schema.ts';
import { planSplits } from './splits/plan.ts';
import { openTask } from './task.ts';

/** What import would stumble over, found from the config and the first row of every file. */
export async function checkData(context: StageContext<DataParameters>): Promise<Problem[]> {
  const { parameters, workspaceDir } = context;
  const found = [...splitProblems(parameters)];
  found.push(...(await problemsOf(() => openTask(parameters.task, workspaceDir))));
  for (const source of parameters.data.sources) {
    found.push(...(await problemsOf(() => checkFirstRow(source, parameters.data, workspaceDir))));
  }
  return found;
}

async function checkFirstRow(
  source: DataConfig['sources'][number],
  config: DataConfig,
  workspaceDir: string,
): Promise<Problem | undefined> {
  const opened = await openSource(source, workspaceDir);
  const needed = neededColumns(opened.format, config.fields);
  let firstBad: Extract<RawRow, { problem: unknown }> | null = null;
  for await (const raw of readSource(opened, config.maxRowBytes)) {
    // An unreadable row is import's to list; the next one shows the columns.
    if ('problem' in raw) {
      firstBad ??= raw;
      continue;
    }
    const missing = needed.find(column => !Object.hasOwn(raw.record, column));
    if (missing === undefined) return undefined;
    const columns = Object.keys(raw.record).slice(0, 20);
    return problem(
      'column-missing',
      `${opened.name} line ${raw.line} has no column "${missing}"; it has${columns.length === 0 ? ' none' : `: ${columns.join(', ')}`}`,
      columnHint(opened, columns),
    );
  }
  if (firstBad === null) {
    return problem('file-empty', `${opened.name} has no usable row`, 'Put labelled rows into the file.');
  }
  return problem(
    'file-empty',
    `${opened.name} has no usable row; line ${firstBad.line}: ${firstBad.problem.reason}`,
    isListOfRows(opened, firstBad.excerpt)
      ? 'Write one JSON object a line instead of one list of all rows.'
      : 'Correct the file, or set its `format` under data.sources.',
  );
}

/** What to do about a missing column, where the columns show that the file is read as what it is not. */
function columnHint({ format }: OpenedSource, columns: readonly string[]): string {
  if ((format === 'jsonl' || format === 'parquet') && columns.includes('messages')) {
    return `Set \`format: chat-${format}\` for this file under data.sources if it is OpenAI chat format; else name its columns under data.fields.`;
  }
  const delimiter = format === 'csv' ? otherDelimiter(columns) : undefined;
  if (delimiter !== undefined) {
    return `Set \`delimiter: ${JSON.stringify(delimiter)}\` for this file under data.sources: its columns are not separated by commas.`;
  }
  return 'Name the columns of your file under data.fields.';
}

function isListOfRows({ format }: OpenedSource, excerpt: string): boolean {
  return (format === 'jsonl' || format === 'chat-jsonl') && excerpt.trimStart().startsWith('[');
}

function* splitProblems({ data, task }: DataParameters): Generator<Problem> {
  const plan = planSplits(data, task.kind);
  const named = new Set(data.sources.map(source => source.split));
  if (!named.has('train') && !named.has('auto')) {
    yield problem(
      'no-train-split',
      'No file gives rows to train on',
      'Add a file with `split: train` or `split: auto`.',
    );
  }
  if (!named.has('test') && plan.shares.test === 0) {
    const hint = 'Set data.split.test above 0, or add a file with `split: test`.';
    yield problem('no-test-split', 'No rows are held out, so no result could be shown', hint);
  }
  if (!named.has('validation') && plan.shares.validation === 0) {
    const hint =
      'Set data.split.validation above 0 with `split: auto`, or add a file with `split: validation`.';
    yield problem(
      'no-validation-split',
      'Without a validation split training cannot stop early',
      hint,
      'warning',
    );
  }
  if (data.split.by === 'group' && data.fields.group === undefined) {
    yield problem(
      'group-field-missing',
      'data.split.by is group, but no column names the group',
      'Set data.fields.group.',
    );
  }
  const files = data.sources.map(source => source.file);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) {
    yield problem('file-listed-twice', `data.sources lists ${twice} twice`, 'List every file once.');
  }
}

async function problemsOf(find: () => Promise<unknown>): Promise<Problem[]> {
  try {
    const found = await find();
    return isProblem(found) ? [found] : [];
  } catch (error) {
    if (error instanceof StepdownError)
      return [{ ...problem(error.code, error.message, error.hint), category: error.category }];
    throw error;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'severity' in value;
}

function problem(
  code: string,
  message: string,
  hint: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { category: 'data', severity, code, message, hint };
}
