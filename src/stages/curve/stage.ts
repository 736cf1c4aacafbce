import { join, relative, sep } from 'node:path';
import { DataError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import type { LearningCurves } from '../../core/learning-curve.ts';
import type { Problem, Stage, StageContext, StageOutcome } from '../../core/stage.ts';
import type { Task } from '../../core/task.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { hashPath } from '../../files/hash-file.ts';
import { cheapFloor } from '../../floors/cheap-floor.ts';
import { groupsOf, metricsFor } from '../../metrics/index.ts';
import type { FittedCurve } from '../../stats/learning-curve/fit-curve.ts';
import { describeCurve } from './describe-curve.ts';
import { measureCheap } from './measure-cheap.ts';
import { measureSpecialist, type SpecialistSeam } from './measure-specialist.ts';
import { planCurve } from './plan.ts';

/** What a curve is measured of. */
export interface CurveParameters {
  readonly task: Task;
  readonly source: LearningCurves['source'];
  /** Whether the specialist is trained at growing sizes too. */
  readonly withSpecialist: boolean;
  readonly seed: number;
}

export interface CurveStageDependencies {
  /** The rows the curve rests on: never those of the test split. */
  readonly readRows: () => Promise<readonly Example[]>;
  /** Trains and asks the specialist; null where only the cheap model's curve is wanted. */
  readonly specialist: SpecialistSeam | null;
}

/** `curves.json`: the curves, and the fits that later questions are answered from. */
export interface CurveFile {
  readonly curves: LearningCurves;
  readonly fitted: { readonly cheap: FittedCurve | null; readonly specialist: FittedCurve | null };
}

/** Name of the file in the stage's work folder. */
export const curveFileName = 'curves.json';

/**
 * Measures how the score grows with the training rows, on development rows: the cheap model's curve by repeated
 * cross-validation, the specialist's on demand with one part held out.
 */
export function createCurveStage(
  dependencies: CurveStageDependencies,
): Stage<CurveParameters, LearningCurves> {
  return {
    name: 'curve',
    version: 1,
    check: async (): Promise<Problem[]> => [],
    run: context => measure(context, dependencies),
  };
}

async function measure(
  context: StageContext<CurveParameters>,
  { readRows, specialist }: CurveStageDependencies,
): Promise<StageOutcome<LearningCurves>> {
  const { parameters, workDir, workspaceDir, progress, signal } = context;
  const { task, seed, source } = parameters;
  const rows = await readRows();
  if (rows.length === 0)
    throw new DataError(
      'no-development-rows',
      'There are no rows outside the test split',
      'Add rows under data.sources that are not test rows.',
    );
  const [metric] = metricsFor(task);
  const floor = cheapFloor(task.kind);
  const plan = planCurve(task, rows.length, groupsOf(rows), seed);
  const subject = { task, metric: metric.name, rows: rows.length, clusters: plan.clusters, seed };
  const cheap = describeCurve(
    { ...subject, model: { id: floor.id, title: floor.title }, isCheapModel: true },
    await measureCheap(floor, rows, plan, metric, { seed, progress, signal }),
  );
  const trained =
    specialist === null
      ? null
      : describeCurve(
          { ...subject, model: { id: 'specialist', title: specialist.title }, isCheapModel: false },
          await measureSpecialist(specialist, rows, plan, metric, context),
        );
  const result: LearningCurves = {
    schemaVersion: 1,
    source,
    cheap: cheap.curve,
    specialist: trained?.curve ?? null,
  };
  const file = join(workDir, curveFileName);
  const content: CurveFile = {
    curves: result,
    fitted: { cheap: cheap.fitted, specialist: trained?.fitted ?? null },
  };
  await writeFileAtomic(file, `${JSON.stringify(content)}\n`);
  const path = relative(workspaceDir, file).split(sep).join('/');
  return { result, outputs: [{ kind: 'learning-curve', path, ...(await hashPath(file)) }] };
}
