import type { Example } from '../../core/example.ts';
import type { Prompt, Task } from '../../core/task.ts';
import type { InputRequest } from './inputs/input-request.ts';
import type { KnownInputs } from './inputs/known-inputs.ts';
import type { ReadTarget } from './labels/clean-answer.ts';
import type { TestLikeness } from './made-row.ts';
import type { PaidModel } from './paying/paid-model.ts';
import type { GrowConfig } from './schema.ts';

/** What rows are generated with. */
export interface GenerateOptions {
  readonly task: Task;
  readonly prompt: Prompt;
  readonly config: GrowConfig;
  readonly requests: readonly InputRequest[];
  /** Solved rows shown when an input is answered. */
  readonly shots: readonly Example[];
  /** See `usualLength`. */
  readonly usualCharacters: number;
  readonly teacher: PaidModel;
  /** Never the teacher. */
  readonly judge: PaidModel | null;
  readonly readTarget: ReadTarget;
  readonly known: KnownInputs;
  readonly testLikeness: TestLikeness;
  /** Hash of everything the teacher is asked with, besides the inputs. */
  readonly promptHash: string;
  readonly onProgress: (requestsDone: number, rows: number) => void;
}

/** A new input on its way. */
export interface Candidate {
  readonly request: InputRequest;
  readonly input: string;
}

/** A candidate with the target its answers agree on. */
export interface Settled extends Candidate {
  readonly target: string;
  readonly agreement: number | null;
  readonly samples: number;
  readonly costUsd: number | null;
  readonly at: string;
}
