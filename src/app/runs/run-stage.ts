import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import { InterruptedError, StepdownError, systemFailure } from '../../core/errors/index.ts';
import { hashJson } from '../../core/hash.ts';
import type { RunRecord } from '../../core/run-record.ts';
import type { Problem, Progress, Stage } from '../../core/stage.ts';
import { stepdownVersion } from '../../core/version.ts';
import { diskFull } from '../../files/atomic-file.ts';
import { newRunId, type RunRecords } from '../../store/run-records.ts';

/** What the runner needs to know about one stage's turn. */
export interface StageTurn<Parameters, Result> {
  readonly stage: Stage<Parameters, Result>;
  readonly parameters: Parameters;
  /** Everything the result depends on besides the parameters; their hashes decide whether it runs again. */
  readonly inputs: readonly Artifact[];
  /** Parameters as recorded and hashed: without paths of this machine, or null to take `parameters`. */
  readonly recorded?: Record<string, unknown>;
  readonly seeds?: Record<string, number>;
  /** Absolute folder of work that runs with other parameters share; a forced run begins without it. */
  readonly sharedDir?: string;
  /** Whether things outside the workspace that an earlier result names are still in place; default true. */
  readonly isInPlace?: (result: Result) => boolean | Promise<boolean>;
}

export interface StageRunnerOptions {
  readonly workspaceDir: string;
  readonly runs: RunRecords;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly force: boolean;
  readonly now?: () => Date;
}

export interface TurnOutcome<Result> {
  readonly outcome: 'ran' | 'unchanged';
  readonly record: RunRecord;
  readonly result: Result;
  readonly outputs: readonly Artifact[];
  readonly seconds: number;
}

/**
 * Runs a stage unless a completed run with equal inputs and parameters left its outputs in place.
 * The work folder is named by the input hash, so an interrupted run is continued by the same command.
 */
export async function runStage<Parameters, Result>(
  turn: StageTurn<Parameters, Result>,
  options: StageRunnerOptions,
): Promise<TurnOutcome<Result>> {
  const { stage } = turn;
  const now = options.now ?? (() => new Date());
  const recorded = turn.recorded ?? (turn.parameters as Record<string, unknown>);
  const inputHash = hashJson({
    stage: stage.name,
    version: stage.version,
    parameters: recorded,
    inputs: turn.inputs.map(({ kind, sha256 }) => ({ kind, sha256 })),
  });

  const known = options.force ? null : await options.runs.completed(stage.name, inputHash);
  if (
    known?.outputs.every(output => existsSync(absolute(options.workspaceDir, output.path))) &&
    ((await turn.isInPlace?.(known.result as Result)) ?? true)
  ) {
    if ((await options.runs.latest(stage.name))?.id !== known.id) await options.runs.makeLatest(known, now());
    return {
      outcome: 'unchanged',
      record: known,
      result: known.result as Result,
      outputs: known.outputs,
      seconds: 0,
    };
  }

  const workDir = join(options.workspaceDir, '.stepdown', 'work', `${stage.name}-${inputHash.slice(0, 12)}`);
  // Forced means from the beginning: what a completed run left must not be continued.
  if (options.force && (await options.runs.completed(stage.name, inputHash))) {
    await rm(workDir, { recursive: true, force: true });
  }
  if (options.force && turn.sharedDir !== undefined)
    await rm(turn.sharedDir, { recursive: true, force: true });
  const context = {
    parameters: turn.parameters,
    workDir,
    workspaceDir: options.workspaceDir,
    progress: options.progress,
    signal: options.signal,
  };

  const started = now();
  const began = performance.now();
  const record: RunRecord = {
    schemaVersion: 1,
    id: newRunId(stage.name, started),
    stage: stage.name,
    status: 'running',
    startedAt: started.toISOString(),
    endedAt: null,
    inputHash,
    parameters: recorded,
    inputs: [...turn.inputs],
    outputs: [],
    result: null,
    environment: {
      stepdown: stepdownVersion,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    },
    seeds: turn.seeds ?? {},
    error: null,
  };
  try {
    await mkdir(workDir, { recursive: true });
    await options.runs.save(record);
    report(stage.name, await stage.check(context), options.progress);
    if (options.signal.aborted) throw interrupted(stage.name);
    const { result, outputs } = await stage.run(context);
    // What is kept must be what a later "unchanged" gives back: plain JSON.
    const plain = JSON.parse(JSON.stringify(result)) as Result;
    const completed: RunRecord = {
      ...record,
      status: 'completed',
      endedAt: now().toISOString(),
      outputs: [...outputs],
      result: plain,
    };
    await options.runs.save(completed);
    return {
      outcome: 'ran',
      record: completed,
      result: plain,
      outputs,
      seconds: (performance.now() - began) / 1000,
    };
  } catch (error) {
    const cause =
      options.signal.aborted && !(error instanceof StepdownError)
        ? interrupted(stage.name, error)
        : (diskFull(error, workDir) ?? systemFailure(error) ?? error);
    const failed: RunRecord = {
      ...record,
      status: cause instanceof InterruptedError ? 'interrupted' : 'failed',
      endedAt: now().toISOString(),
      error: describe(cause),
    };
    // On a full disk the record cannot be kept either; what has to be told is why the stage failed.
    await options.runs.save(failed).catch(() => undefined);
    throw cause;
  }
}

/** Absolute path of an artifact; paths outside the workspace are recorded absolute. */
export function absolute(workspaceDir: string, path: string): string {
  return isAbsolute(path) ? path : join(workspaceDir, path);
}

function report(stage: string, problems: readonly Problem[], progress: Progress): void {
  for (const problem of problems) {
    if (problem.severity === 'warning') progress.say(`Warning: ${withHint(problem)}`);
  }
  const errors = problems.filter(problem => problem.severity === 'error');
  const [first] = errors;
  if (!first) return;
  const more = errors.slice(1).map(problem => `\n  also: ${withHint(problem)}`);
  throw new StepdownError(
    first.category ?? 'prerequisite',
    first.code,
    `${first.message}${more.join('')}`,
    first.hint,
    {
      details: { stage, problems: errors },
    },
  );
}

function withHint({ message, hint }: Problem): string {
  return `${/[.:?!]$/.test(message) ? message : `${message}.`} ${hint}`.trimEnd();
}

function interrupted(stage: string, cause?: unknown): InterruptedError {
  return new InterruptedError(
    'interrupted',
    `Stopped during ${stage}; the work so far is kept`,
    'Run the same command again: it continues from there.',
    { cause },
  );
}

function describe(error: unknown): RunRecord['error'] {
  if (error instanceof StepdownError) {
    const details = JSON.parse(JSON.stringify(error.details)) as Record<string, unknown>;
    return { code: error.code, message: error.message, hint: error.hint, details };
  }
  return {
    code: 'bug',
    message: error instanceof Error ? error.message : String(error),
    hint: 'Report this with the output of `stepdown doctor --json`.',
    details: {},
  };
}
