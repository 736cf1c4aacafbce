import { resolve } from 'node:path';
import { completeProxyVariables } from '../config/proxy-variables.ts';
import type { Repair, SetAsideRow } from '../core/dataset.ts';
import { datasetFiles } from '../core/dataset-files.ts';
import { readJsonLines } from '../files/jsonl.ts';
import { readDatasetManifest, readSplit } from '../store/dataset-splits.ts';
import type { App, AppOptions, CreateApp } from './app.ts';
import { captureVerbs } from './captures/index.ts';
import { growingVerbs } from './growing/index.ts';
import { keyVerbs } from './keys/index.ts';
import { reviewVerbs } from './review/review-verbs.ts';
import { absolute } from './runs/run-stage.ts';
import { Workspace } from './workspace.ts';

/**
 * The composition root: joins the parts, and loads and opens each when it is first needed. A gateway that runs for
 * months does not hold the code of the pipeline.
 */
export const createApp: CreateApp = async (options: AppOptions): Promise<App> => {
  completeProxyVariables();
  const workspace = new Workspace(options);
  return {
    runPipeline: async (pipeline = {}) => (await import('./pipeline.ts')).runPipeline(workspace, pipeline),
    learningCurve: async curveOptions =>
      (await import('./curve/learning-curve.ts')).learningCurve(workspace, curveOptions),
    rowsNeeded: async planOptions =>
      (await import('./curve/rows-needed.ts')).rowsNeeded(workspace, planOptions),
    showData: async ({ split, rows }) => {
      const { outputs } = await workspace.latest('data');
      const path = outputs[0]?.path ?? '';
      const dir = absolute(workspace.dir, path);
      const manifest = await readDatasetManifest(dir);
      const { testSetState } = await import('./review/test-approval.ts');
      return {
        dir: path,
        manifest,
        testApproval: (await testSetState(workspace, manifest)).approval,
        split,
        examples: (await readSplit(dir, split)).slice(0, rows),
        setAside: await all<SetAsideRow>(resolve(dir, datasetFiles.setAside)),
        repairs: await all<Repair>(resolve(dir, datasetFiles.repairs)),
      };
    },
    listModels: async () => (await import('./model-views.ts')).listModels(workspace),
    pullModel: async reference => (await import('./model-views.ts')).pullModel(workspace, reference),
    showModel: async reference => (await import('./model-views.ts')).showModel(workspace, reference),
    listRuns: () => workspace.allRuns(),
    showRun: async id => (await import('./runs/run-views.ts')).findRun(workspace, id),
    compareRuns: async (a, b) => (await import('./runs/run-views.ts')).compareRuns(workspace, a, b),
    predict: async (input, predictOptions = {}) =>
      (await import('./predict/predict.ts')).predict(workspace, input, predictOptions),
    predictFile: async predictOptions =>
      (await import('./predict/predict.ts')).predictFile(workspace, predictOptions),
    calibrateCascade: async (cascadeOptions = {}) =>
      (await import('./cascade/calibrate.ts')).calibrateCascade(workspace, cascadeOptions),
    simulateCascade: async (cascadeOptions = {}) =>
      (await import('./cascade/simulate.ts')).simulate(workspace, cascadeOptions),
    explainCascade: async (input, cascadeOptions = {}) =>
      (await import('./cascade/explain.ts')).explainCascade(workspace, input, cascadeOptions),
    writeReport: async ({ output }) => (await import('./write-report.ts')).writeReport(workspace, output),
    exportSpecialist: async ({ dir, formats, specialist }) => {
      const { findSpecialist } = await import('./served-specialist.ts');
      const found = await findSpecialist(workspace, specialist);
      const { exportSpecialist } = await import('../stages/specialist/index.ts');
      return exportSpecialist({
        specialistDir: found.dir,
        dir,
        formats,
        template: found.template,
      });
    },
    serve: async serveOptions => (await import('./serve/serve.ts')).serve(workspace, serveOptions),
    ...captureVerbs(workspace),
    ...keyVerbs(workspace),
    ...growingVerbs(workspace),
    auditData: async auditOptions => (await import('./audit/audit.ts')).audit(workspace, auditOptions),
    interview: async interviewOptions =>
      (await import('./interview/interview.ts')).openInterview(workspace, interviewOptions),
    decide: async decideOptions =>
      (await import('./decide/decide.ts')).decideFromAnswers(workspace, decideOptions),
    ...reviewVerbs(workspace),
    doctor: async () => (await import('./machine/doctor.ts')).doctor(workspace),
    benchmark: async benchmarkOptions =>
      (await import('./benchmark.ts')).benchmarkModels(workspace, benchmarkOptions),
    close: () => workspace.close(),
  };
};

async function all<Row>(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readJsonLines<Row>(path)) rows.push(row);
  return rows;
}
