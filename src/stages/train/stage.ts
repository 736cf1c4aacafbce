import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import type { ChatTemplate } from '../../core/chat-model.ts';
import { DataError } from '../../core/errors/index.ts';
import type { DevelopmentSplitName, Example } from '../../core/example.ts';
import type { Problem, Stage, StageContext, StageOutcome } from '../../core/stage.ts';
import type { Prompt, Task } from '../../core/task.ts';
import type { Trainer, TrainResult } from '../../core/trainer.ts';
import { hashPath } from '../../files/hash-file.ts';
import { writeJsonLines } from '../../files/jsonl.ts';
import { deriveHyperparameters } from './effort.ts';
import { progressLine } from './progress-line.ts';
import type { Effort, TrainConfig } from './schema.ts';
import { trainingRow } from './training-rows.ts';

/** What is trained on what. */
export interface TrainParameters {
  readonly train: TrainConfig;
  readonly effort: Effort;
  readonly task: Task;
  readonly prompt: Prompt;
  /** Hugging Face folder of the base model. */
  readonly baseDir: string;
  /** The base model as others find it. */
  readonly baseName: string;
  /** Parameters of the base model; null where unknown. */
  readonly baseParameters: number | null;
  readonly contextTokens: number;
  /** null: all cores. */
  readonly threads: number | null;
}

export interface TrainStageDependencies {
  readonly trainer: Trainer;
  readonly readSplit: (name: DevelopmentSplitName) => Promise<readonly Example[]>;
  readonly template: ChatTemplate;
}

/**
 * Trains the base model on the train split; the validation split chooses the epoch. Its output is the PEFT
 * adapter (kind `adapter-peft`), or the whole model (`model-hf`) after full fine-tuning.
 */
export function createTrainStage(dependencies: TrainStageDependencies): Stage<TrainParameters, TrainResult> {
  return {
    name: 'train',
    version: 3,
    check: context => checkTraining(context, dependencies),
    run: context => train(context, dependencies),
  };
}

async function checkTraining(
  { parameters }: StageContext<TrainParameters>,
  { trainer, readSplit }: TrainStageDependencies,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  if ((await readSplit('train')).length === 0)
    problems.push({
      severity: 'error',
      code: 'no-training-rows',
      message: 'The train split has no rows',
      hint: 'Add rows under data.sources, or give the train split a share in data.split.',
    });
  if ((await readSplit('validation')).length === 0)
    problems.push({
      severity: 'warning',
      code: 'no-validation-rows',
      message: 'The validation split has no rows: training cannot stop early and keeps the last epoch',
      hint: 'Give the validation split a share in data.split.',
    });
  const { device } = await trainer.prepare();
  if (parameters.train.method === 'qlora' && device !== 'cuda')
    problems.push({
      severity: 'error',
      code: 'qlora-needs-gpu',
      message: 'QLoRA trains on 4-bit weights, which needs an NVIDIA GPU; this machine has none',
      hint: 'Set train.method to lora in stepdown.yaml.',
    });
  return problems;
}

async function train(
  context: StageContext<TrainParameters>,
  { trainer, readSplit, template }: TrainStageDependencies,
): Promise<StageOutcome<TrainResult>> {
  const { parameters, workDir, workspaceDir, progress, signal } = context;
  const { prompt, task } = parameters;
  const rows = await readSplit('train');
  const validation = await readSplit('validation');
  if (rows.length === 0)
    throw new DataError(
      'no-training-rows',
      'The train split has no rows',
      'Add rows under data.sources, or give the train split a share in data.split.',
    );
  const { hyperparameters, values } = deriveHyperparameters(parameters.train, {
    effort: parameters.effort,
    taskKind: task.kind,
    rows: rows.length,
    softRows: rows.filter(row => row.labelProbabilities !== undefined).length,
    validationRows: validation.length,
    baseParameters: parameters.baseParameters,
    contextTokens: parameters.contextTokens,
  });
  for (const { key, value, reason } of values) progress.say(`${key} ${value ?? 'never'} (${reason})`);

  const trainFile = join(workDir, 'train-rows.jsonl');
  const validationFile = join(workDir, 'validation-rows.jsonl');
  const outputDir = join(workDir, 'training');
  await mkdir(outputDir, { recursive: true });
  const labels = task.kind === 'classify' ? task.labels : [];
  const rendered = (examples: readonly Example[]) =>
    examples.map(example => trainingRow(example, prompt, template, labels));
  await writeJsonLines(trainFile, rendered(rows));
  await writeJsonLines(validationFile, rendered(validation));

  const result = await trainer.train(
    {
      baseDir: parameters.baseDir,
      baseName: parameters.baseName,
      trainFile,
      validationFile,
      outputDir,
      hyperparameters,
      labelTexts: labels,
      endOfTurn: template.endOfTurn,
      maxAnswerTokens: task.kind === 'classify' ? null : prompt.maxAnswerTokens,
      threads: parameters.threads,
    },
    {
      signal,
      onStatus: status => progress.update(status, null),
      onProgress: step => progress.update(progressLine(step), step.step / step.totalSteps),
    },
  );
  progress.say(summary(result));
  if (result.tooLong.length > 0)
    progress.say(
      `${result.tooLong.length} of ${rows.length} rows are longer than ${hyperparameters.maxLengthTokens} tokens and were left out`,
    );
  const cut = result.answersTooLong?.length ?? 0;
  if (cut > 0)
    progress.say(
      `${cut} of ${rows.length} rows have answers of more than ${prompt.maxAnswerTokens} tokens, where answering stops: raise task.maxAnswerTokens to have such answers whole`,
    );
  return { result, outputs: [await weights(result, outputDir, workspaceDir)] };
}

function summary(result: TrainResult): string {
  const loss =
    result.bestValidationLoss === null ? '' : `, validation loss ${result.bestValidationLoss.toFixed(3)}`;
  const score =
    result.bestValidationScore === null
      ? ''
      : `, ${Math.round(result.bestValidationScore * 100)} % of validation rows right`;
  return (
    `${result.steps} steps in ${Math.round(result.seconds)} s at ${Math.round(result.tokensPerSecond)} tok/s ` +
    `(${result.device}, ${result.precision}); kept epoch ${result.bestEpoch}${loss}${score}` +
    (result.stoppedEarly ? '; stopped early' : '')
  );
}

async function weights(result: TrainResult, outputDir: string, workspaceDir: string): Promise<Artifact> {
  const folder = join(outputDir, result.adapterDir);
  return {
    kind: result.method === 'full' ? 'model-hf' : 'adapter-peft',
    path: relative(workspaceDir, folder).split(sep).join('/'),
    ...(await hashPath(folder)),
  };
}
