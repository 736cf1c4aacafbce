import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type AnswerPlan,
  type ConvertPlan,
  type ReferenceAnswer,
  type Trainer,
  type TrainerEnvironment,
  type TrainPlan,
  type TrainResult,
  trainResultSchema,
  type WorkOptions,
} from '../../core/trainer.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { readJsonLines } from '../../files/jsonl.ts';
import { referenceAnswerSchema, type TrainerVerb, trainerEnvironmentSchema } from './protocol.ts';
import { runTrainer, type TrainerCommand } from './trainer-process.ts';

export interface TorchTrainerOptions {
  /** Folder with the package `stepdown_trainer`. */
  readonly trainerDir: string;
  /** Makes the Python environment where it is missing and returns its interpreter; called at most once at a time. */
  readonly ensurePython: (options: WorkOptions) => Promise<string>;
  /** The llama.cpp source that the conversion from safetensors to GGUF runs; null where there is none. */
  readonly llamaCpp: { readonly bundle: string; readonly tag: string; readonly cacheDir: string } | null;
  /** Environment of the Python process; null inherits. */
  readonly environment?: Readonly<Record<string, string>> | null;
  /** Default 60,000: a step and a checkpoint must fit in. */
  readonly graceMs?: number;
}

/** The trainer on torch, transformers and peft, in a Python process of its own for every piece of work. */
export class TorchTrainer implements Trainer {
  readonly #options: TorchTrainerOptions;
  #python: Promise<string> | null = null;

  constructor(options: TorchTrainerOptions) {
    this.#options = options;
  }

  async prepare(options: WorkOptions = {}): Promise<TrainerEnvironment> {
    const command = await this.#command(options);
    return trainerEnvironmentSchema.parse(await runTrainer(command, 'info', null, options));
  }

  async train(plan: TrainPlan, options: WorkOptions = {}): Promise<TrainResult> {
    const result = await this.#run('train', plan, join(plan.outputDir, 'train-request.json'), options);
    return trainResultSchema.parse(result);
  }

  async answer(plan: AnswerPlan, options: WorkOptions = {}): Promise<ReferenceAnswer[]> {
    const output = resolve(plan.outputFile);
    await mkdir(dirname(output), { recursive: true });
    await this.#run('answer', { ...plan, outputFile: output }, `${output}.request.json`, options);
    const answers: ReferenceAnswer[] = [];
    for await (const line of readJsonLines(output)) answers.push(referenceAnswerSchema.parse(line));
    return answers;
  }

  async convert(plan: ConvertPlan, options: WorkOptions = {}): Promise<void> {
    const output = resolve(plan.kind === 'gguf-to-hf' ? plan.outputDir : plan.outputFile);
    const request =
      plan.kind === 'hf-to-gguf' && this.#options.llamaCpp !== null
        ? {
            ...plan,
            llamaCppBundle: this.#options.llamaCpp.bundle,
            llamaCppTag: this.#options.llamaCpp.tag,
            cacheDir: this.#options.llamaCpp.cacheDir,
          }
        : plan;
    await mkdir(dirname(output), { recursive: true });
    await this.#run('convert', request, `${output}.request.json`, options);
  }

  async #run(
    verb: TrainerVerb,
    request: object,
    requestFile: string,
    options: WorkOptions,
  ): Promise<unknown> {
    const command = await this.#command(options);
    const file = resolve(requestFile);
    // The process runs in the trainer's folder, so every path it gets must be absolute.
    await writeFileAtomic(file, JSON.stringify(absolutePaths(request)));
    try {
      return await runTrainer(command, verb, file, options);
    } finally {
      await rm(file, { force: true });
    }
  }

  async #command(options: WorkOptions): Promise<TrainerCommand> {
    this.#python ??= this.#options.ensurePython(options).catch(error => {
      this.#python = null;
      throw error;
    });
    return {
      pythonPath: await this.#python,
      trainerDir: this.#options.trainerDir,
      environment: this.#options.environment ?? null,
      graceMs: this.#options.graceMs ?? 60_000,
    };
  }
}

const pathKey = /(Dir|File|Gguf)$/;

function absolutePaths(request: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(request).map(([key, value]) => [
      key,
      typeof value === 'string' && pathKey.test(key) ? resolve(value) : value,
    ]),
  );
}
