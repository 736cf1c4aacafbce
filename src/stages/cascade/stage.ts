import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import type { DevelopmentSplitName, Example } from '../../core/example.ts';
import type { Answer } from '../../core/metric.ts';
import type { Problem, Stage, StageContext, StageOutcome } from '../../core/stage.ts';
import type { Task } from '../../core/task.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { metricsFor } from '../../metrics/index.ts';
import {
  type CalibrationContent,
  type CascadeCalibration,
  calibrationHash,
  readCalibration,
} from './calibration.ts';
import { fitCalibration } from './fit/fit-calibration.ts';
import { fitScope } from './fit/fit-scope.ts';
import { fewestGuides, guideExamples } from './fit/guide-rows.ts';
import { type CorrectRule, type LargeAnswer, scoreRows } from './fit/score-rows.ts';
import type { ThresholdSource } from './rules/candidates.ts';
import { bestPossible } from './rules/error-bound.ts';
import { percent } from './rules/rule-outcome.ts';
import type { CascadeConfig } from './schema.ts';

/** What the cascade stage is given. */
export interface CascadeStageDependencies {
  /** Rows that calibration may look at: train, validation, calibration; there is no way to ask for the test split. */
  readSplit(name: DevelopmentSplitName): Promise<readonly Example[]>;
  /** Answers of the served specialist, in the order of the examples, with tokens where it generates. */
  answerLocally(examples: readonly Example[], signal: AbortSignal): Promise<readonly Answer[]>;
  /** Answers of the large model by example id, measured or recorded; empty without one. */
  answerLarge(examples: readonly Example[], signal: AbortSignal): Promise<ReadonlyMap<string, LargeAnswer>>;
}

export interface CascadeParameters {
  readonly config: CascadeConfig;
  readonly task: Task;
  readonly specialist: { readonly name: string; readonly hash: string };
  readonly datasetHash: string;
  /** Servers that run the specialist; null where this process does. */
  readonly servers: readonly { readonly upstream: string; readonly model: string }[] | null;
}

/** Result of the cascade stage. */
export interface CascadeResult {
  /** `cascade.json`, relative to the workspace. */
  readonly file: string;
  readonly calibration: CascadeCalibration;
}

/**
 * Fits when to answer locally and when to ask the large model: what is promised rests on the calibration split alone,
 * rows of the validation split say at most which thresholds to try.
 */
export function createCascadeStage(
  dependencies: CascadeStageDependencies,
  now: () => Date = () => new Date(),
): Stage<CascadeParameters, CascadeResult> {
  return {
    name: 'cascade',
    version: 2,
    async check({ parameters: { config, task, servers } }) {
      correctRule(task, config.correct);
      const rows = await dependencies.readSplit('calibration');
      if (rows.length === 0)
        throw new DataError(
          'calibration-split-empty',
          'The dataset has no calibration rows, and a threshold may rest on no others',
          'Set data.split.calibration (for instance 0.2), or give a file with `split: calibration`, and run `stepdown run` again.',
        );
      // Where it is not yet known whether the specialist will be asked again, the better case is taken.
      const opinion = config.secondOpinion === 'auto' ? servers !== null : config.secondOpinion !== 'none';
      const guides = guideExamples(await dependencies.readSplit('validation'), rows, config.seed);
      const guided = guides.length >= fewestGuides ? 'guides' : 'ranks';
      return rowsProblem(rows, config, opinion ? 'scale' : guided);
    },
    run: context => calibrate(context, dependencies, now),
  };
}

/** Says before any model is asked that the rows are too few, and what they could show. */
function rowsProblem(
  examples: readonly Example[],
  { rule }: CascadeConfig,
  source: ThresholdSource,
): Problem[] {
  if (rule.kind !== 'error-bound') return [];
  const groups = new Set(examples.map(({ group, id }) => (group === null ? `row ${id}` : `group ${group}`)));
  const best = bestPossible(groups.size, rule, source);
  if (best === null) return [];
  const asked = `"at most ${percent(rule.alpha)} wrong with confidence ${percent(1 - rule.delta)}"`;
  return [
    {
      severity: 'warning',
      code: 'calibration-rows-few',
      message: `${groups.size} independent calibration rows cannot show ${asked}: without a single error it takes ${best.fewest} local answers. These could show ${percent(best.alpha)} at best`,
      hint: `Add calibration rows (data.split.calibration), or set cascade.rule.alpha to ${best.alpha} or more.`,
    },
  ];
}

/**
 * When an answer of a task counts as right: by default if all of it is.
 * @throws ConfigError `cascade-metric-unknown`
 */
export function correctRule(task: Task, { metric, atLeast }: CascadeConfig['correct']): CorrectRule {
  const strictest = { classify: 'accuracy', extract: 'exact-record', generate: 'exact-match' } as const;
  const metrics = metricsFor(task);
  const wanted = metric ?? strictest[task.kind];
  const found = metrics.find(({ name }) => name === wanted);
  if (found) return { metric: found, atLeast };
  throw new ConfigError(
    'cascade-metric-unknown',
    `cascade.correct.metric is "${wanted}", which ${task.kind} tasks do not have`,
    `Set it to one of ${metrics.map(({ name }) => name).join(', ')}.`,
  );
}

async function calibrate(
  { parameters, workspaceDir, progress, signal }: StageContext<CascadeParameters>,
  dependencies: CascadeStageDependencies,
  now: () => Date,
): Promise<StageOutcome<CascadeResult>> {
  const { config, task, specialist, datasetHash, servers } = parameters;
  const correct = correctRule(task, config.correct);
  const scope = fitScope(await dependencies.readSplit('train'), config.outOfScopeShare);
  const examples = await dependencies.readSplit('calibration');
  const guides = guideExamples(await dependencies.readSplit('validation'), examples, config.seed);
  const answers = await dependencies.answerLocally([...examples, ...guides], signal);
  const large = await dependencies.answerLarge(examples, signal);
  const rows = scoreRows({ task, correct, scope, examples, answers, large });
  const guideAnswers = answers.slice(examples.length);
  const validation = scoreRows({ task, correct, scope, examples: guides, answers: guideAnswers, large });
  const { rule, auditShare, seed } = config;
  const content: CalibrationContent = {
    schemaVersion: 1,
    specialist: { ...specialist },
    datasetHash,
    taskKind: task.kind,
    ...secondOpinionIn(answers),
    ...(servers === null
      ? {}
      : {
          servedBy: { servers: [...servers], logprobs: answers.some(({ tokens }) => tokens !== undefined) },
        }),
    correct: { metric: correct.metric.name, atLeast: correct.atLeast },
    ...fitCalibration(rows, { taskKind: task.kind, validation, rule, scope, auditShare, seed }),
  };
  // What is hashed is what a reader of the file will see: plain JSON.
  const plain = JSON.parse(JSON.stringify(content)) as CalibrationContent;
  const hash = calibrationHash(plain);
  const path = join(
    workspaceDir,
    '.stepdown',
    'cascades',
    `${specialist.name}-${hash.slice(0, 8)}`,
    'cascade.json',
  );
  let calibration: CascadeCalibration = { ...plain, hash, createdAt: now().toISOString() };
  // Equal hash means equal content: the file that is there stays, unless somebody changed it.
  const there = existsSync(path) ? await readCalibration(path).catch(() => null) : null;
  if (there) calibration = there;
  else await writeFileAtomic(path, `${JSON.stringify(calibration)}\n`);
  progress.say(calibration.goal.statement);
  progress.say(calibration.help.explanation);
  const file = relative(workspaceDir, path).split(sep).join('/');
  return {
    result: { file, calibration },
    outputs: [{ kind: 'calibration', path: file, sha256: hash, sizeBytes: (await stat(path)).size }],
  };
}

/** How these answers were asked about again; none where they were not. */
function secondOpinionIn(answers: readonly Answer[]): Pick<CalibrationContent, 'secondOpinion'> {
  const opinion = answers.find(answer => answer.secondOpinion !== undefined)?.secondOpinion;
  if (opinion === undefined) return {};
  return { secondOpinion: 'agreement' in opinion ? 'agreement' : 'verifier' };
}
