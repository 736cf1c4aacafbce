import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { specialistMessages } from '../../answering/index.ts';
import type { Artifact } from '../../core/artifact.ts';
import { answerWithoutModel } from '../../core/metric.ts';
import type { Task } from '../../core/task.ts';
import { writeJsonLines } from '../../files/jsonl.ts';
import { findEntry } from '../../models/catalogue/catalogue.ts';
import { templateOf } from '../../models/resolve-model.ts';
import type { SpecialistSeam } from '../../stages/curve/index.ts';
import { promptOf } from '../../stages/data/index.ts';
import { createTrainStage } from '../../stages/train/index.ts';
import { absolute, runStage } from '../run-stage.ts';
import { baseTurn } from '../turns/index.ts';
import { baseInput } from '../turns/train-turn.ts';
import type { Workspace } from '../workspace.ts';

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
    baseParameters: model.parameters,
    contextTokens: model.contextTokens,
    threads: config.runtime.threads,
  };
  const seam: SpecialistSeam = {
    title: `${findEntry(model.id)?.title ?? model.id}, effort ${effort}`,
    async answers({ train, validation, heldOut, folder }) {
      await mkdir(folder, { recursive: true });
      const splits = { train, validation, calibration: [] };
      const stage = createTrainStage({ trainer, template, readSplit: async name => splits[name] });
      const { result, outputs } = await stage.run({
        parameters,
        workDir: folder,
        workspaceDir: workspace.dir,
        progress,
        signal,
      });
      const weights = absolute(workspace.dir, outputs[0]?.path ?? '');
      const promptsFile = join(folder, 'prompts.jsonl');
      await writeJsonLines(
        promptsFile,
        heldOut.map(example => ({
          id: example.id,
          prompt: template.render(specialistMessages(prompt, example)),
        })),
      );
      const isFull = result.method === 'full';
      const answers = await trainer.answer(
        {
          baseDir: isFull ? weights : hfDir,
          adapterDir: isFull ? null : weights,
          promptsFile,
          outputFile: join(folder, 'answers.jsonl'),
          labels: task.kind === 'classify' ? task.labels : null,
          endOfTurn: template.endOfTurn,
          maxAnswerTokens: prompt.maxAnswerTokens,
          threads: config.runtime.threads,
        },
        { signal, onStatus: status => progress.update(status, null) },
      );
      const byId = new Map(answers.map(answer => [answer.id, answer.best?.label ?? answer.text]));
      return heldOut.map(({ id }) => answerWithoutModel(id, byId.get(id) ?? '', 0));
    },
  };
  return {
    seam,
    recorded: { train: config.train, effort, system: prompt.system, template: template.hash },
    inputs: [baseInput(base)],
  };
}
