import { answerExamples, chooseShots } from '../../answering/index.ts';
import type { ChatModel } from '../../core/chat-model.ts';
import type { Comparison, SystemResult } from '../../core/evaluation.ts';
import type { DevelopmentSplitName, Example } from '../../core/example.ts';
import type { Prompt, Task } from '../../core/task.ts';
import { type IntervalOptions, primaryMetric } from '../../metrics/index.ts';
import { compareSystems } from './systems/compare-systems.ts';
import { type Measured, systemResult } from './systems/measured.ts';

export interface BenchmarkInput {
  readonly task: Task;
  readonly prompt: Prompt;
  readonly models: readonly {
    readonly id: string;
    readonly title: string;
    readonly open: () => Promise<ChatModel>;
  }[];
  /** Rows asked; never of the test split, since choosing a base on it would spoil it. */
  readonly split: DevelopmentSplitName;
  readonly examples: readonly Example[];
  readonly train: readonly Example[];
  /** Solved examples shown; 0 asks with the instruction alone. */
  readonly shots: number;
  readonly options: IntervalOptions;
  readonly signal: AbortSignal;
  readonly onProgress?: (model: string, done: number, total: number) => void;
}

export interface BenchmarkTable {
  readonly split: DevelopmentSplitName;
  readonly rows: number;
  readonly shots: number;
  readonly primaryMetric: string;
  readonly systems: SystemResult[];
  /** Every model against the first. */
  readonly comparisons: Comparison[];
}

/** Untuned models side by side on the same rows, answering within the labels or the schema where they can. */
export async function benchmark(input: BenchmarkInput): Promise<BenchmarkTable> {
  const { task, prompt, examples, options, signal } = input;
  const shots = chooseShots(input.train, input.shots, options.seed, task.kind === 'classify');
  const measured: Measured[] = [];
  for (const { id, title, open } of input.models) {
    const model = await open();
    try {
      const onProgress = (done: number, total: number) => input.onProgress?.(id, done, total);
      const answers = await answerExamples({
        model,
        task,
        prompt,
        examples,
        shots,
        mode: 'instructed',
        signal,
        onProgress,
      });
      const role = shots.length > 0 ? 'few-shot' : 'base';
      measured.push({
        id,
        title,
        role,
        examples,
        answers,
        answersFile: '',
        sizeBytes: null,
        memoryBytes: null,
      });
    } finally {
      await model.close();
    }
  }
  const metric = primaryMetric(task);
  return {
    split: input.split,
    rows: examples.length,
    shots: shots.length,
    primaryMetric: metric.name,
    systems: measured.map(item => systemResult(task, item, options)),
    comparisons: measured.slice(1).flatMap(item => compareSystems(metric, item, measured[0]!, options) ?? []),
  };
}
