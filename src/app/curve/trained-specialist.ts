import { mkdir } from 'node:fs/promises';
import { specialistMessages } from '../../answering/index.ts';
import type { ChatTemplate } from '../../core/chat-model.ts';
import { answerWithoutModel } from '../../core/metric.ts';
import type { Progress } from '../../core/stage.ts';
import type { Trainer } from '../../core/trainer.ts';
import type { SpecialistSeam } from '../../stages/curve/index.ts';
import { createTrainStage, type TrainParameters } from '../../stages/train/index.ts';
import { absolute } from '../runs/run-stage.ts';
import { trainedAnswers } from '../trained-answers.ts';

/** What a specialist is trained with, but for the rows. */
export interface SpecialistTools {
  readonly title: string;
  readonly trainer: Trainer;
  readonly template: ChatTemplate;
  readonly parameters: TrainParameters;
  readonly workspaceDir: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * A specialist that is trained on the rows that are handed in and on no others, as the train stage trains, and asked by
 * the trainer that trained it. A training that was interrupted goes on in its folder.
 */
export function trainedSpecialist(tools: SpecialistTools): SpecialistSeam {
  const { title, trainer, template, parameters, workspaceDir, progress, signal } = tools;
  const { prompt, task, baseDir, threads } = parameters;
  return {
    title,
    async answers({ train, validation, heldOut, folder }) {
      await mkdir(folder, { recursive: true });
      const splits = { train, validation, calibration: [] };
      const stage = createTrainStage({ trainer, template, readSplit: async name => splits[name] });
      const context = { parameters, workDir: folder, workspaceDir, progress, signal };
      const { result, outputs } = await stage.run(context);
      const weightsDir = absolute(workspaceDir, outputs[0]?.path ?? '');
      const { method } = result;
      const { endOfTurn } = template;
      const answers = await trainedAnswers(
        trainer,
        { method, weightsDir, baseDir, task, prompt, endOfTurn, threads },
        heldOut.map(example => ({
          id: example.id,
          prompt: template.render(specialistMessages(prompt, example)),
        })),
        folder,
        { progress, signal },
      );
      const byId = new Map(answers.map(answer => [answer.id, answer.best?.label ?? answer.text]));
      return heldOut.map(({ id }) => answerWithoutModel(id, byId.get(id) ?? '', 0));
    },
  };
}
