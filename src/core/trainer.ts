import { z } from 'zod';

/** Derived from `effort`, each overridable in stepdown.yaml; lengths in tokens. */
export const hyperparametersSchema = z.object({
  method: z.enum(['lora', 'qlora', 'full']),
  /** LoRA rank and scale numerator; ignored for full fine-tuning. */
  rank: z.number().int().positive(),
  alpha: z.number().positive(),
  dropout: z.number().min(0).max(1),
  /** Share of the input's tokens left out, anew in every step, 0..1; the template's own tokens stay. */
  inputDropout: z.number().min(0).lt(1),
  /** Share of the target that a teacher's probabilities have, 0..1, in rows that come with them; 0 ignores them. */
  softTargets: z.number().min(0).max(1),
  /** Fraction of layers, from the top, that get adapters, 0..1. */
  layerShare: z.number().gt(0).max(1),
  epochs: z.number().positive(),
  learningRate: z.number().positive(),
  /** Share of steps spent warming up, 0..1; cosine decay after. */
  warmupShare: z.number().min(0).max(1),
  weightDecay: z.number().min(0),
  /** Examples per optimiser step. */
  batchSize: z.number().int().positive(),
  maxGradNorm: z.number().positive(),
  maxLengthTokens: z.number().int().positive(),
  /** Epochs without a better validation score (loss, where there is none) before stopping; null never stops early. */
  patience: z.number().int().positive().nullable(),
  seed: z.number().int().nonnegative(),
  precision: z.enum(['auto', 'bf16', 'fp32']),
});
export type Hyperparameters = z.infer<typeof hyperparametersSchema>;

/** One row as the trainer sees it: rendered text with special tokens, split where the answer begins. */
export interface TrainingRow {
  readonly id: string;
  readonly prompt: string;
  /** Where the example's input stands in `prompt`: [start, end) in Unicode code points; null where it is not found. */
  readonly inputSpan: readonly [number, number] | null;
  /** Target followed by the template's end of turn. Loss falls on this part only. */
  readonly completion: string;
  /** Answers as `completion` has them, with the probabilities that a teacher gave them, summing to 1. */
  readonly teacher?: readonly { readonly completion: string; readonly probability: number }[];
}

export interface TrainPlan {
  /** Hugging Face folder with config.json, safetensors and tokenizer. */
  readonly baseDir: string;
  /** The base model as others find it, for the adapter's config: a path would mean nothing elsewhere. */
  readonly baseName: string;
  /** JSONL files of TrainingRow. */
  readonly trainFile: string;
  readonly validationFile: string;
  /** Checkpoints, loss curve and the result go here; the same directory continues an interrupted run. */
  readonly outputDir: string;
  readonly hyperparameters: Hyperparameters;
  /** Texts whose token ids are recorded, for the parity check of labels. */
  readonly labelTexts: readonly string[];
  /** The template's end of turn, with which every completion ends. */
  readonly endOfTurn: string;
  /** Tokens after which an answer will be cut; null where labels are scored instead of written. */
  readonly maxAnswerTokens: number | null;
  /** null: all cores. */
  readonly threads: number | null;
}

/** One line of the trainer's progress. */
export interface TrainProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  /** Mean answer-token cross-entropy, nats. */
  readonly loss: number;
  readonly learningRate: number;
  /** Non-padding tokens per second. */
  readonly tokensPerSecond: number;
  readonly etaSeconds: number;
  /** Resident (CPU) or allocated (GPU) memory. */
  readonly memoryBytes: number;
}

export const lossPointSchema = z.object({
  step: z.number().int(),
  epoch: z.number(),
  trainLoss: z.number().nullable(),
  validationLoss: z.number().nullable(),
  /** Share of validation rows, 0..1, whose likeliest label is right; null where the task has no labels. */
  validationScore: z.number().min(0).max(1).nullable().default(null),
});

export const trainResultSchema = z.object({
  /** PEFT adapter folder, or the full model's folder for method full. Relative to outputDir. */
  adapterDir: z.string(),
  method: z.enum(['lora', 'qlora', 'full']),
  steps: z.number().int(),
  /** Epoch whose weights were kept: best validation score, then best validation loss. */
  bestEpoch: z.number(),
  /** Validation loss and score of the epoch that was kept. */
  bestValidationLoss: z.number().nullable(),
  bestValidationScore: z.number().min(0).max(1).nullable().default(null),
  stoppedEarly: z.boolean(),
  trainTokens: z.number().int(),
  answerTokens: z.number().int(),
  tokensPerSecond: z.number(),
  seconds: z.number(),
  peakMemoryBytes: z.number(),
  device: z.string(),
  precision: z.string(),
  trainableParameters: z.number().int(),
  parameters: z.number().int(),
  lossCurve: z.array(lossPointSchema),
  /** Token ids of each label text as trained on, in the order of TrainPlan.labelTexts. */
  labelTokens: z.array(z.array(z.number().int())),
  endOfTurnTokens: z.array(z.number().int()),
  versions: z.record(z.string(), z.string()),
  /** Rows longer than maxLengthTokens, left out of training, by id. */
  tooLong: z.array(z.string()),
  /** Rows whose answer is longer than maxAnswerTokens, by id; absent in results of earlier versions. */
  answersTooLong: z.array(z.string()).optional(),
});
export type TrainResult = z.infer<typeof trainResultSchema>;

/** One answer by the trainer's own framework, for the parity check. */
export interface ReferenceAnswer {
  readonly id: string;
  /** Greedy text, without the end of turn. */
  readonly text: string;
  readonly promptTokens: readonly number[];
  readonly answerTokens: readonly number[];
  readonly finishReason: 'stop' | 'length';
  /** Label of highest constrained probability and that probability, when labels were given. */
  readonly best: { readonly label: string; readonly probability: number } | null;
}

export interface AnswerPlan {
  readonly baseDir: string;
  readonly adapterDir: string | null;
  /** JSONL of {id, prompt}. */
  readonly promptsFile: string;
  readonly outputFile: string;
  /** Closed label set for constrained scoring, or null. */
  readonly labels: readonly string[] | null;
  readonly endOfTurn: string;
  readonly maxAnswerTokens: number;
  readonly threads: number | null;
}

/** One conversion of weights between formats. */
export type ConvertPlan =
  /** GGUF (any quantisation) to a Hugging Face folder with float weights, tokenizer and config. */
  | { readonly kind: 'gguf-to-hf'; readonly ggufFile: string; readonly outputDir: string }
  /** Hugging Face folder to GGUF in F16. */
  | { readonly kind: 'hf-to-gguf'; readonly modelDir: string; readonly outputFile: string }
  /** PEFT adapter to a GGUF adapter for the base in baseGguf. */
  | {
      readonly kind: 'adapter-to-gguf';
      readonly baseDir: string;
      readonly adapterDir: string;
      readonly baseGguf: string;
      readonly outputFile: string;
    }
  /**
   * Base GGUF (F16) plus trained weights (PEFT adapter or full model folder), as one GGUF in F16 that carries
   * the template the weights were trained with.
   */
  | {
      readonly kind: 'merge-to-gguf';
      readonly baseDir: string;
      readonly adapterDir: string;
      readonly baseGguf: string;
      /** Jinja text for the file's metadata, instead of the base model's own. */
      readonly chatTemplate: string;
      readonly outputFile: string;
    };

export interface WorkOptions {
  readonly onProgress?: (progress: TrainProgress) => void;
  /** What is being done, in a few words, for a status line. */
  readonly onStatus?: (status: string) => void;
  readonly signal?: AbortSignal;
}

/** The Python side: trains, answers with the trained weights, converts formats. */
export interface Trainer {
  /**
   * Makes the environment ready and says what it has.
   * @throws PrerequisiteError `python-missing` | `python-too-old` | `environment-failed` | `disk-full`
   */
  prepare(options?: WorkOptions): Promise<TrainerEnvironment>;
  /** @throws PrerequisiteError `out-of-memory` | DataError `rows-too-long` | `answers-too-long` | InterruptedError (a usable checkpoint is kept) */
  train(plan: TrainPlan, options?: WorkOptions): Promise<TrainResult>;
  answer(plan: AnswerPlan, options?: WorkOptions): Promise<ReferenceAnswer[]>;
  convert(plan: ConvertPlan, options?: WorkOptions): Promise<void>;
}

export interface TrainerEnvironment {
  readonly pythonPath: string;
  readonly pythonVersion: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly device: 'cpu' | 'cuda' | 'mps';
  readonly deviceName: string;
  readonly memoryBytes: number;
  readonly bf16: boolean;
}
