import type { ChatModel, ChatTemplate } from '../../core/chat-model.ts';
import type { GateResult } from '../../core/evaluation.ts';
import type { DevelopmentSplitName, Example } from '../../core/example.ts';
import type { QuantizationType } from '../../core/quantizer.ts';
import type { Prompt, Task } from '../../core/task.ts';
import type { TestExamples } from '../../core/test-split.ts';
import type { ReferenceAnswer } from '../../core/trainer.ts';
import type { EvaluateConfig } from './schema.ts';

/** What can be opened: `specialist` is the picked quantisation. */
export type SystemId = 'base' | 'specialist' | 'adapter' | 'large' | QuantizationType;

export interface EvaluateDependencies {
  openTest(): Promise<TestExamples>;
  readSplit(name: DevelopmentSplitName): Promise<readonly Example[]>;
  /** The stage closes what it opens, and has one model open at a time. */
  openSystem(id: SystemId): Promise<ChatModel>;
  /** Greedy answers of the trained weights in the trainer's own framework. */
  referenceAnswers(
    rows: readonly { readonly id: string; readonly prompt: string }[],
  ): Promise<readonly ReferenceAnswer[]>;
  /** Token ids that the served F16 model makes of a rendered prompt. */
  promptTokens(prompts: readonly string[]): Promise<readonly (readonly number[])[]>;
  /** Resident memory that serving a file takes, in bytes; null where it could not be measured. */
  memoryOf(id: ServedFile['id']): Promise<number | null>;
  readonly template: ChatTemplate;
  /** Folder of answers that depend on neither gates nor intervals: what was asked once is not paid for again. */
  readonly journalDir: string;
}

/** One way of serving, as the quantize stage left it. */
export interface ServedFile {
  readonly id: QuantizationType | 'adapter';
  readonly sizeBytes: number;
  /** Gate on the development rows. */
  readonly gate: GateResult | null;
}

export interface EvaluateParameters {
  readonly config: EvaluateConfig;
  readonly task: Task;
  readonly prompt: Prompt;
  readonly datasetHash: string;
  /** Title of the base model for people. */
  readonly baseTitle: string;
  /** null: no large model is configured. */
  readonly largeTitle: string | null;
  readonly served: readonly ServedFile[];
  readonly picked: QuantizationType;
}
