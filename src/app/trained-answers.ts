import { join } from 'node:path';
import type { Progress } from '../core/stage.ts';
import type { Prompt, Task } from '../core/task.ts';
import type { Hyperparameters, ReferenceAnswer, Trainer } from '../core/trainer.ts';
import { writeJsonLines } from '../files/jsonl.ts';

/** What training left, and how it is asked. Paths are absolute. */
export interface TrainedWeights {
  readonly method: Hyperparameters['method'];
  /** The adapter, or the whole model after full fine-tuning. */
  readonly weightsDir: string;
  readonly baseDir: string;
  readonly task: Task;
  readonly prompt: Prompt;
  readonly endOfTurn: string;
  readonly threads: number | null;
}

/** Answers of trained weights by the trainer that trained them. Prompts and answers are kept in `folder`. */
export async function trainedAnswers(
  trainer: Trainer,
  { method, weightsDir, baseDir, task, prompt, endOfTurn, threads }: TrainedWeights,
  rows: readonly { readonly id: string; readonly prompt: string }[],
  folder: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<ReferenceAnswer[]> {
  const promptsFile = join(folder, 'prompts.jsonl');
  await writeJsonLines(promptsFile, rows);
  const full = method === 'full';
  return trainer.answer(
    {
      baseDir: full ? weightsDir : baseDir,
      adapterDir: full ? null : weightsDir,
      promptsFile,
      outputFile: join(folder, 'answers.jsonl'),
      labels: task.kind === 'classify' ? task.labels : null,
      endOfTurn,
      maxAnswerTokens: prompt.maxAnswerTokens,
      threads,
    },
    { signal, onStatus: status => progress.update(status, null) },
  );
}
