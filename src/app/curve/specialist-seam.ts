import type { Artifact } from '../../core/artifact.ts';
import type { Task } from '../../core/task.ts';
import { findEntry } from '../../models/catalogue/catalogue.ts';
import { publicName } from '../../models/public-name.ts';
import { templateOf } from '../../models/resolve-model.ts';
import type { SpecialistSeam } from '../../stages/curve/index.ts';
import { promptOf } from '../../stages/data/index.ts';
import { runStage } from '../runs/run-stage.ts';
import { baseTurn } from '../turns/index.ts';
import { baseInput } from '../turns/train-turn.ts';
import type { Workspace } from '../workspace.ts';
import { trainedSpecialist } from './trained-specialist.ts';

/** Smallest effort whose slope is that of the others; `--effort` asks for another. */
const defaultEffort = 'quick';

/** The specialist of the workspace, trained by the train stage on rows that are handed in, and asked by the trainer. */
export async function specialistSeam(
  workspace: Workspace,
  task: Task,
): Promise<{
  readonly seam: SpecialistSeam;
  /** All that the answers depend on besides the rows, for the run record. */
  readonly recorded: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Artifact[];
}> {
  const config = await workspace.config();
  const { progress, signal, overrides } = workspace.options;
  const base = await runStage(await baseTurn(workspace, config), {
    workspaceDir: workspace.dir,
    runs: await workspace.runs(),
    progress,
    signal,
    force: false,
  });
  const { model, hfDir } = base.result;
  const template = await templateOf(model);
  const prompt = promptOf(config.task, task);
  const { trainer } = await workspace.tools();
  const effort = overrides['effort'] === undefined ? defaultEffort : config.effort;
  const parameters = {
    train: config.train,
    effort,
    task,
    prompt,
    baseDir: hfDir,
    baseName: publicName(model),
    baseParameters: model.parameters,
    contextTokens: model.contextTokens,
    threads: config.runtime.threads,
  };
  const title = `${findEntry(model.id)?.title ?? model.id}, effort ${effort}`;
  const workspaceDir = workspace.dir;
  const seam = trainedSpecialist({ title, trainer, template, parameters, workspaceDir, progress, signal });
  return {
    seam,
    recorded: { train: config.train, effort, system: prompt.system, template: template.hash },
    inputs: [baseInput(base)],
  };
}
