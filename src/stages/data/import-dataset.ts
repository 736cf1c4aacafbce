import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetManifest } from '../../core/dataset.ts';
import { datasetFiles } from '../../core/dataset-files.ts';
import { DataError } from '../../core/errors/index.ts';
import { type SplitName, splitNames } from '../../core/example.ts';
import type { StageContext } from '../../core/stage.ts';
import { hashFile } from '../../files/hash-file.ts';
import { countByCode, refuseManyBadRows } from './bad-share.ts';
import { type CollectedSource, collectRows, interrupted } from './collect.ts';
import { buildExamples } from './examples.ts';
import { type FrozenDataset, freezeDataset } from './freeze.ts';
import { openSource } from './readers/open-source.ts';
import { excerptOf } from './readers/raw-row.ts';
import { labelsAlike } from './rows/labels-alike.ts';
import { labelsUnlearnt } from './rows/labels-unlearnt.ts';
import { applyReview, type ReviewOutcome } from './rows/reviewed.ts';
import type { Row } from './rows/row.ts';
import { unknownLabel } from './rows/target.ts';
import type { DataConfig, DataParameters } from './schema.ts';
import { dealOut } from './splits/deal.ts';
import { repairLeaks, settleWithinSplits } from './splits/duplicates.ts';
import { planSplits, type SplitPlan } from './splits/plan.ts';
import { compare } from './splits/units.ts';
import { openTask } from './task.ts';

/**
 * Rows in, frozen dataset out: reads every file, sets bad rows aside, repairs duplicates and leaks, deals rows
 * out to splits, and freezes the result under its hash in `workDir`.
 * @throws DataError `too-many-bad-rows` | `one-label` | `split-empty` and what the readers throw;
 * ConfigError for the task section; PrerequisiteError `disk-full`; InterruptedError
 */
export async function importDataset(context: StageContext<DataParameters>): Promise<FrozenDataset> {
  const { parameters, workspaceDir, workDir, progress, signal } = context;
  const { data } = parameters;
  const task = await openTask(parameters.task, workspaceDir);
  await rm(join(workDir, datasetFiles.setAside), { force: true });

  const sources: CollectedSource[] = [];
  const seenIds = new Map<string, { file: string; line: number }>();
  for (const source of data.sources) {
    const opened = await openSource(source, workspaceDir);
    const collected = await collectRows(opened, data, task.readTarget, seenIds, { progress, signal });
    sources.push(collected);
    progress.say(`${opened.name}: ${collected.rowCount} rows, ${collected.setAside.length} set aside`);
  }
  // Which split a row is dealt to is settled on the rows as they are in the files: a decision about one row never
  // moves another, least of all out of the test split or into it.
  const { review = new Map() } = parameters;
  const placedBefore = review.size === 0 ? null : dealtBefore(sources, parameters);
  const reviewed = applyReview(sources, review, task.readTarget);
  if (review.size > 0) progress.say(reviewText(reviewed));
  const labels = parameters.task.kind === 'classify' ? labelsOf(sources) : [];
  if (parameters.task.kind === 'classify') setAsideUnknownInTest(sources, new Set(labels));
  const alike = labelsAlike(labels);
  if (alike !== null) progress.say(alike);
  await refuseManyBadRows(sources, data.maxBadShare, { workDir, workspaceDir });

  const severalTargets = parameters.task.kind === 'generate';
  const collectedRows = sources.flatMap(source => source.rows);
  const settled = settleWithinSplits(collectedRows, data.duplicates.conflicts, severalTargets);
  const repaired = repairLeaks(settled.rows);
  const plan = planSplits(data, parameters.task.kind);
  const dealt = placedBefore === null ? deal(repaired.rows, data, plan) : placedBefore(repaired.rows);
  const placed = repaired.rows.map(row => ({ row, split: dealt.get(row) ?? (row.declared as SplitName) }));
  const built = buildExamples(placed);
  refuseEmptySplits(built.splits, plan);
  const closed = task.close(labels);
  if (closed.kind === 'classify') {
    refuseOneLabel(built.splits.train);
    const unlearnt = labelsUnlearnt(closed.labels, built.splits.train);
    if (unlearnt !== null) progress.say(unlearnt);
  }
  if (signal.aborted) throw interrupted();

  const inOrder = bySource(sources);
  const setAside = [
    ...sources.flatMap(source => source.setAside),
    ...reviewed.dropped,
    ...settled.conflicts.map(({ row, reason }) => ({
      file: row.file,
      line: row.line,
      code: 'conflicting-target',
      reason,
      excerpt: excerptOf(row.messages.map(message => message.content).join(' ')),
    })),
  ].sort(inOrder);
  const repairs = [...reviewed.fixed, ...settled.repairs, ...repaired.repairs, ...built.repairs].sort(
    inOrder,
  );
  const frozen = await freezeDataset(
    {
      splits: built.splits,
      setAside,
      repairs,
      describe: {
        task: closed,
        labelCounts: parameters.task.kind === 'classify' ? labelCounts(built.splits) : null,
        sources: await describeSources(sources),
        setAside: countByCode(setAside),
        repairs: countByCode(repairs),
        splitRule: { by: plan.by, seed: data.split.seed },
        licence: data.licence,
      },
    },
    workDir,
  );
  const counts = splitNames.map(name => `${name} ${frozen.manifest.splits[name].rows}`).join(', ');
  progress.say(
    `Dataset ${frozen.manifest.hash.slice(0, 12)}${frozen.reused ? ' (unchanged)' : ''}: ${counts}`,
  );
  return frozen;
}

function deal(rows: readonly Row[], data: DataConfig, plan: SplitPlan): Map<Row, SplitName> {
  const auto = rows.filter(row => row.declared === 'auto');
  return dealOut(auto, plan.shares, data.split.seed, plan.by === 'file' ? 'random' : plan.by);
}

/**
 * Deals out the rows as the files have them, and gives what puts the rows that are left where they were. A text that
 * only a decision made usable goes where its group is, else to train.
 */
function dealtBefore(sources: readonly CollectedSource[], { data, task }: DataParameters) {
  const rows = sources.flatMap(source => source.rows);
  const settled = settleWithinSplits(rows, data.duplicates.conflicts, task.kind === 'generate');
  const ofKey = new Map<string, SplitName>();
  const ofGroup = new Map<string, SplitName>();
  for (const [row, split] of deal(repairLeaks(settled.rows).rows, data, planSplits(data, task.kind))) {
    ofKey.set(row.key, split);
    if (row.group !== null) ofGroup.set(row.group, split);
  }
  return (left: readonly Row[]): Map<Row, SplitName> =>
    new Map(
      left
        .filter(row => row.declared === 'auto')
        .map(row => [row, ofKey.get(row.key) ?? ofGroup.get(row.group ?? '') ?? 'train'] as const),
    );
}

function reviewText({ dropped, fixed, stale }: ReviewOutcome): string {
  const ids = stale.slice(0, 5).map(({ id }) => id);
  const more = stale.length > ids.length ? ', …' : '';
  const idle =
    stale.length === 0 ? '' : `; ${stale.length} stale, their rows are gone (${ids.join(', ')}${more})`;
  return `Review: ${dropped.length} dropped, ${fixed.length} fixed${idle}`;
}

/** Labels that rows outside the test split have, sorted by code unit. */
function labelsOf(sources: readonly CollectedSource[]): string[] {
  const known = sources.flatMap(source => source.rows.filter(row => row.declared !== 'test'));
  return [...new Set(known.map(row => row.target))].sort(compare);
}

/** A test row whose label nothing outside the test split has cannot be answered by a model that learnt from it. */
function setAsideUnknownInTest(sources: readonly CollectedSource[], known: ReadonlySet<string>): void {
  for (const { rows, setAside } of sources) {
    const unknown = rows.filter(row => row.declared === 'test' && !known.has(row.target));
    for (const row of unknown) {
      rows.splice(rows.indexOf(row), 1);
      const { code, reason } = unknownLabel(row.target, [...known]);
      const excerpt = excerptOf(row.messages.map(message => message.content).join(' '));
      setAside.push({
        file: row.file,
        line: row.line,
        code,
        reason: `${reason} outside the test split`,
        excerpt,
      });
    }
    setAside.sort((a, b) => a.line - b.line);
  }
}

/** Why more rows may not be enough, by the rule that left a split empty. */
const whyEmpty: Readonly<Record<SplitPlan['by'], string>> = {
  file: '',
  random: '',
  stratified: ' The only row of a label is always one to learn from.',
  group: ' Each group goes to one split as a whole: smaller groups help too.',
};

function refuseEmptySplits(
  splits: Readonly<Record<SplitName, readonly unknown[]>>,
  { expected, by }: SplitPlan,
) {
  const empty = expected.find(name => splits[name].length === 0);
  if (empty === undefined) return;
  throw new DataError(
    'split-empty',
    `No row is left for the ${empty} split`,
    `Give more rows, a file with \`split: ${empty}\`, or another share in data.split.${whyEmpty[by]}`,
    { details: { split: empty } },
  );
}

function refuseOneLabel(train: readonly { target: string }[]): void {
  const labels = new Set(train.map(example => example.target));
  if (labels.size > 1) return;
  throw new DataError(
    'one-label',
    `Every row of the train split has the label "${[...labels][0]}": there is nothing to tell apart`,
    'Add rows with other labels, or check data.fields.output.',
    { details: { labels: [...labels] } },
  );
}

function labelCounts(splits: Readonly<Record<SplitName, readonly { target: string }[]>>) {
  // A map: labels are the user's words, and `constructor` is one that every object has already.
  const counts = new Map<string, Record<SplitName, number>>();
  for (const name of splitNames) {
    for (const { target } of splits[name]) {
      const ofLabel = counts.get(target) ?? { train: 0, validation: 0, calibration: 0, test: 0 };
      ofLabel[name] += 1;
      counts.set(target, ofLabel);
    }
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => compare(a, b)));
}

async function describeSources(sources: readonly CollectedSource[]): Promise<DatasetManifest['sources']> {
  const described: DatasetManifest['sources'] = [];
  for (const { opened, rowCount } of sources) {
    const { name: file, format, path } = opened;
    described.push({ file, format, rows: rowCount, sha256: await hashFile(path) });
  }
  return described;
}

/** Files in the order of stepdown.yaml, lines ascending. */
function bySource(sources: readonly CollectedSource[]) {
  const order = new Map(sources.map(({ opened }, index) => [opened.name, index]));
  return (a: Pick<Row, 'file' | 'line'>, b: Pick<Row, 'file' | 'line'>): number =>
    order.get(a.file)! - order.get(b.file)! || a.line - b.line;
}
