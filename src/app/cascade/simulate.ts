import { dirname, join } from 'node:path';
import { DataError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import { hashJson } from '../../core/hash.ts';
import type { Answer } from '../../core/metric.ts';
import { readJsonLines } from '../../files/jsonl.ts';
import {
  type CascadeCalibration,
  correctRule,
  type LargeAnswer,
  readCalibration,
  type Simulation,
  scoreRows,
  simulateCascade,
} from '../../stages/cascade/index.ts';
import type { EvaluateResult } from '../../stages/evaluate/index.ts';
import { openTestSplit } from '../../store/test-split.ts';
import type { SimulateOptions } from '../app.ts';
import { absolute } from '../runs/run-stage.ts';
import { type FoundSpecialist, findSpecialist } from '../served-specialist.ts';
import type { Workspace } from '../workspace.ts';
import { answerLocally, datasetOf, largeOf } from './calibrate.ts';
import { localSideOfCalibration } from './local-side.ts';

/** Plays the calibrated policy over the test rows: for reporting only, nothing is chosen by it. */
export async function simulate(workspace: Workspace, options: SimulateOptions): Promise<Simulation> {
  const config = await workspace.config();
  const calibration = await findCalibration(workspace, options.calibration);
  const found = await specialistOf(workspace, calibration, options.specialist);
  const { dir } = await datasetOf(workspace, found);
  const examples = await openTestSplit(dir);
  const opinion = calibration.secondOpinion ?? null;
  const evaluated = await evaluatedAnswers(workspace, found, examples);
  const { task } = found.manifest;
  const { servedBy } = calibration;
  // An evaluation asks nobody again, and asks the specialist in its own process.
  const known = opinion === null && servedBy === undefined ? evaluated?.specialist : undefined;
  const answers =
    known ??
    (await answerLocally(workspace, found, 'test', examples, {
      side: localSideOfCalibration(workspace, config, servedBy?.servers),
      logprobs: servedBy?.logprobs ?? true,
      concurrency: config.cascade.concurrency,
      secondOpinion: opinion,
    }));
  const large =
    (options.largeAnswers === undefined ? evaluated?.large : undefined) ??
    (await (
      await largeOf(workspace, config, options.largeAnswers)
    ).answer(examples, 'test', config.cascade.concurrency));
  const correct = correctRule(task, calibration.correct);
  const rows = scoreRows({ task, correct, scope: calibration.scope, examples, answers, large });
  if (rows.length === 0)
    throw new DataError(
      'simulation-rows-missing',
      'No test row can be scored, so there is nothing to simulate on',
      'Give test rows in data.sources and run `stepdown run` again.',
    );
  return simulateCascade(calibration, rows, {
    source: `the held-out test split (${rows.length} rows)`,
    seed: calibration.seed,
  });
}

/**
 * A calibration by its file, or the workspace's latest.
 * @throws DataError `calibration-unreadable` | `calibration-changed` | ConfigError `stage-not-run`
 */
export async function findCalibration(
  workspace: Workspace,
  file: string | undefined,
): Promise<CascadeCalibration> {
  const path = file ?? (await workspace.latest('cascade')).outputs[0]?.path ?? '';
  return readCalibration(absolute(workspace.dir, path));
}

/**
 * The specialist a calibration was made for.
 * @throws DataError `calibration-of-other-specialist`
 */
export async function specialistOf(
  workspace: Workspace,
  calibration: CascadeCalibration,
  given: string | undefined,
): Promise<FoundSpecialist> {
  const found = await findSpecialist(workspace, given);
  if (found.manifest.hash === calibration.specialist.hash) return found;
  throw new DataError(
    'calibration-of-other-specialist',
    `The calibration was made for specialist ${calibration.specialist.name} ${calibration.specialist.hash.slice(0, 8)}, not for ${found.manifest.hash.slice(0, 8)}`,
    'Run `stepdown cascade calibrate` again: confidences of one specialist say nothing of another.',
  );
}

/** Answers that the evaluation recorded of this specialist, where they hold the signals; the large model's beside. */
async function evaluatedAnswers(
  workspace: Workspace,
  { manifest }: FoundSpecialist,
  examples: readonly Example[],
): Promise<{
  readonly specialist: readonly Answer[];
  readonly large: ReadonlyMap<string, LargeAnswer> | undefined;
} | null> {
  // A specialist that came from elsewhere was not evaluated here.
  const record = await (await workspace.runs()).latest('evaluate');
  if (!record) return null;
  const { evaluation, file } = record.result as EvaluateResult;
  if (hashJson(evaluation) !== manifest.evaluation.sha256) return null;
  const answersOf = async (id: string): Promise<Map<string, Answer> | null> => {
    const system = evaluation.systems.find(candidate => candidate.id === id);
    if (!system) return null;
    const path = join(dirname(absolute(workspace.dir, file)), system.answersFile);
    const answers = new Map<string, Answer>();
    try {
      for await (const answer of readJsonLines<Answer>(path)) answers.set(answer.exampleId, answer);
    } catch (error) {
      // The folder may have been cleared; the rows are then asked again.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    return answers;
  };
  const own = await answersOf('specialist');
  const specialist = examples.map(({ id }) => own?.get(id));
  const complete = specialist.every(
    answer => answer !== undefined && (answer.probabilities !== null || answer.error !== null),
  );
  if (!complete) return null;
  const large = await answersOf('large');
  return { specialist: specialist as Answer[], large: large ?? undefined };
}
