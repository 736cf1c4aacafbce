import { copyFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Repair, SetAsideRow } from '../core/dataset.ts';
import { datasetFiles } from '../core/dataset-files.ts';
import { readJsonLines } from '../files/jsonl.ts';
import { exportSpecialist } from '../stages/specialist/index.ts';
import { readDatasetManifest, readSplit } from '../store/dataset-splits.ts';
import type { App, AppOptions, CreateApp } from './app.ts';
import { benchmarkModels } from './benchmark.ts';
import { captureVerbs } from './captures/index.ts';
import { calibrateCascade } from './cascade.ts';
import { explainCascade } from './cascade-explain.ts';
import { simulate } from './cascade-simulate.ts';
import { decideFromAnswers } from './decide.ts';
import { doctor } from './doctor.ts';
import { keyVerbs } from './keys/index.ts';
import { listModels, pullModel, showModel } from './model-views.ts';
import { runPipeline } from './pipeline.ts';
import { predict, predictFile } from './predict.ts';
import { absolute } from './run-stage.ts';
import { compareRuns, findRun } from './run-views.ts';
import { findSpecialist } from './served-specialist.ts';
import { Workspace } from './workspace.ts';

/** The composition root: joins the parts and opens each when it is first needed. */
export const createApp: CreateApp = async (options: AppOptions): Promise<App> => {
  const workspace = new Workspace(options);
  return {
    runPipeline: (pipeline = {}) => runPipeline(workspace, pipeline),
    showData: async ({ split, rows }) => {
      const { outputs } = await workspace.latest('data');
      const path = outputs[0]?.path ?? '';
      const dir = absolute(workspace.dir, path);
      return {
        dir: path,
        manifest: await readDatasetManifest(dir),
        split,
        examples: (await readSplit(dir, split)).slice(0, rows),
        setAside: await all<SetAsideRow>(resolve(dir, datasetFiles.setAside)),
        repairs: await all<Repair>(resolve(dir, datasetFiles.repairs)),
      };
    },
    listModels: () => listModels(workspace),
    pullModel: reference => pullModel(workspace, reference),
    showModel: reference => showModel(workspace, reference),
    listRuns: async () => (await workspace.runs()).list(),
    showRun: id => findRun(workspace, id),
    compareRuns: (a, b) => compareRuns(workspace, a, b),
    predict: (input, predictOptions = {}) => predict(workspace, input, predictOptions),
    predictFile: predictOptions => predictFile(workspace, predictOptions),
    calibrateCascade: (cascadeOptions = {}) => calibrateCascade(workspace, cascadeOptions),
    simulateCascade: (cascadeOptions = {}) => simulate(workspace, cascadeOptions),
    explainCascade: (input, cascadeOptions = {}) => explainCascade(workspace, input, cascadeOptions),
    writeReport: async ({ output }) => {
      const { outputs } = await workspace.latest('report');
      const written = absolute(workspace.dir, outputs[0]?.path ?? '');
      const path = output ?? written;
      if (path !== written) await copyFile(written, path);
      return { kind: 'report', path, sizeBytes: (await stat(path)).size };
    },
    exportSpecialist: async ({ dir, formats, specialist }) => {
      const found = await findSpecialist(workspace, specialist);
      return exportSpecialist({
        specialistDir: found.dir,
        dir,
        formats,
        template: found.template,
      });
    },
    // The gateway has parts that no other verb needs.
    serve: async serveOptions => (await import('./serve/serve.ts')).serve(workspace, serveOptions),
    ...captureVerbs(workspace),
    ...keyVerbs(workspace),
    decide: ({ answersFile }) => decideFromAnswers(workspace, answersFile),
    doctor: () => doctor(workspace),
    benchmark: benchmarkOptions => benchmarkModels(workspace, benchmarkOptions),
    close: () => workspace.close(),
  };
};

async function all<Row>(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readJsonLines<Row>(path)) rows.push(row);
  return rows;
}
