import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../core/errors/index.ts';
import type { LearningCurve, LearningCurves } from '../../core/learning-curve.ts';
import {
  type CurveFile,
  type CurveParameters,
  createCurveStage,
  curveFileName,
  targetOf,
} from '../../stages/curve/index.ts';
import type { FittedCurve } from '../../stats/learning-curve/fit-curve.ts';
import { absolute, runStage } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import { isWorkspace, rowsOfDataset, rowsOfFile } from './curve-rows.ts';
import { specialistSeam } from './specialist-seam.ts';
import type { LearningCurveOptions, LearningCurveView } from './views.ts';

const seed = 1;

/**
 * Measures the learning curve of the workspace's dataset, or of a file. In a workspace it is kept as a run record,
 * which `decide` reads; elsewhere nothing is written.
 *
 * @throws ConfigError `specialist-curve-needs-workspace` | `config-missing`; DataError for the rows
 */
export async function learningCurve(
  workspace: Workspace,
  options: LearningCurveOptions,
): Promise<LearningCurveView> {
  const { file, kind, withSpecialist = false } = options;
  if (withSpecialist && (file !== undefined || !isWorkspace(workspace)))
    throw new ConfigError(
      'specialist-curve-needs-workspace',
      'The specialist is trained on the dataset of a workspace, not on a file',
      'Name the file under data.sources in stepdown.yaml and run `stepdown data curve --with specialist`.',
    );
  const temporary = await mkdtemp(join(tmpdir(), 'stepdown-curve-'));
  try {
    const rows =
      file === undefined ? await rowsOfDataset(workspace) : await rowsOfFile(workspace, file, kind);
    const specialist = withSpecialist ? await specialistSeam(workspace, rows.task) : null;
    const stage = createCurveStage({ readRows: rows.read, specialist: specialist?.seam ?? null });
    const parameters: CurveParameters = { task: rows.task, source: rows.source, withSpecialist, seed };
    const { progress, signal } = workspace.options;
    if (!isWorkspace(workspace)) {
      const folders = { workDir: temporary, workspaceDir: temporary };
      await stage.run({ parameters, ...folders, progress, signal });
      return answer(await readCurves(join(temporary, curveFileName)), null, options);
    }
    await workspace.lock();
    const { record, outputs } = await runStage(
      {
        stage,
        parameters,
        recorded: { ...parameters, specialist: specialist?.recorded ?? null },
        inputs: [...rows.inputs, ...(specialist?.inputs ?? [])],
        seeds: { curve: seed },
      },
      {
        workspaceDir: workspace.dir,
        runs: await workspace.runs(),
        progress,
        signal,
        force: options.force ?? false,
      },
    );
    return answer(await readCurves(absolute(workspace.dir, outputs[0]?.path ?? '')), record.id, options);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function readCurves(path: string): Promise<CurveFile> {
  return JSON.parse(await readFile(path, 'utf8')) as CurveFile;
}

/** Puts the answer to the score asked for beside each curve. */
function answer(
  { curves, fitted }: CurveFile,
  runId: string | null,
  { target }: LearningCurveOptions,
): LearningCurveView {
  const withTarget = (curve: LearningCurve, fit: FittedCurve | null): LearningCurve =>
    target === undefined ? curve : { ...curve, target: targetOf(curve, fit, target) };
  const answered: LearningCurves = {
    ...curves,
    cheap: withTarget(curves.cheap, fitted.cheap),
    specialist: curves.specialist && withTarget(curves.specialist, fitted.specialist),
  };
  return { runId, ...answered };
}
