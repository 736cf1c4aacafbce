import type { Artifact } from './artifact.ts';
import type { ExitCategory } from './errors/index.ts';

/** How a stage tells what it is doing. Rendering is the caller's. */
export interface Progress {
  /** One line that stays: what begins or what came out. */
  say(line: string): void;
  /** A live line that is replaced: share 0..1 or null when unknown. */
  update(line: string, share: number | null): void;
}

export interface StageContext<Parameters> {
  readonly parameters: Parameters;
  /** Absolute path the stage may write to; survives an interruption, so work can continue from it. */
  readonly workDir: string;
  /** Absolute path of the workspace (the folder with stepdown.yaml). */
  readonly workspaceDir: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface StageOutcome<Result> {
  readonly result: Result;
  readonly outputs: readonly Artifact[];
}

/** A thing that will fail later, found now. */
export interface Problem {
  /** Decides the exit code; `prerequisite` when absent. */
  readonly category?: ExitCategory;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** One step of the pipeline. */
export interface Stage<Parameters, Result> {
  readonly name: string;
  /** Raised when the stage would give another result for the same parameters; part of the input hash. */
  readonly version: number;
  check(context: StageContext<Parameters>): Promise<Problem[]>;
  run(context: StageContext<Parameters>): Promise<StageOutcome<Result>>;
}
