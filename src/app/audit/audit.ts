import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configFileName } from '../../config/load.ts';
import type { Audit } from '../../core/audit.ts';
import { ConfigError } from '../../core/errors/index.ts';
import { type AuditSource, auditData, type TrainedJudge } from '../../stages/audit/index.ts';
import type { BaseResult } from '../../stages/base/index.ts';
import { type DataConfig, dataConfigSchema } from '../../stages/data/index.ts';
import { readDatasetManifest } from '../../store/dataset-splits.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import { capturedInputs } from './captured-inputs.ts';
import { type FileReading, fileSource } from './file-source.ts';
import { frozenSources } from './frozen-sources.ts';
import { tokenCounterOf } from './token-counter.ts';
import { trafficSource } from './traffic-source.ts';
import type { AuditOptions } from './views.ts';

const seed = 1;

/**
 * Audits files, or the frozen development splits where none is named. It writes nothing, and a file needs no workspace.
 * @throws ConfigError `rows-file-missing` | `data-format-unknown` | `rows-column-missing` | `audit-split-without-file` |
 * `stage-not-run` | `audit-traffic-twice` | `captures-missing`; DataError `audit-no-rows` and what the readers and
 * `specialistJudge` throw
 */
export async function audit(workspace: Workspace, options: AuditOptions): Promise<Audit> {
  const { sources, datasetHash, reading, taskKind } = await auditedRows(workspace, options);
  const traffic = await trafficOf(workspace, options, reading);
  const trainedJudge = await judgeOf(workspace, options);
  const { progress, signal } = workspace.options;
  const base = await baseOf(workspace);
  const tokens = await tokenCounterOf(base);
  try {
    return await auditData(
      {
        sources,
        traffic,
        taskKind: trainedJudge === null ? (options.kind ?? taskKind) : 'classify',
        contextTokens: options.contextTokens ?? base?.model.contextTokens ?? null,
        tokenCounter: tokens?.counter ?? null,
        trainedJudge,
        datasetHash,
        seed,
      },
      { progress, signal, now: () => new Date() },
    );
  } finally {
    tokens?.close();
  }
}

async function trafficOf(
  workspace: Workspace,
  { traffic, captures }: AuditOptions,
  reading: FileReading,
): Promise<AuditSource | null> {
  if (traffic !== undefined && captures !== undefined)
    throw new ConfigError(
      'audit-traffic-twice',
      '--traffic reads captured inputs from a file, and --captures from the workspace',
      'Leave one of them out.',
    );
  if (traffic !== undefined) return trafficSource(traffic, reading);
  return captures === undefined ? null : capturedInputs(workspace, captures.alias, reading.ignoreCase);
}

async function judgeOf(
  workspace: Workspace,
  { specialist, kind }: AuditOptions,
): Promise<TrainedJudge | null> {
  if (specialist === undefined) return null;
  if (kind !== undefined && kind !== 'classify')
    throw new ConfigError(
      'audit-specialist-no-labels',
      `The targets of a task of kind ${kind} are no labels that a specialist could judge`,
      'Leave out --with specialist, or name --kind classify.',
    );
  // Asking a model needs code that no other audit does.
  const { specialistJudge } = await import('./specialist-judge.ts');
  return specialistJudge(workspace, specialist.dir);
}

/** The rows that an audit would look at, and how they are read. @throws as `audit` does */
export async function auditedRows(
  workspace: Workspace,
  options: AuditOptions,
): Promise<{
  readonly sources: readonly AuditSource[];
  readonly datasetHash: string | null;
  readonly reading: FileReading;
  /** As stepdown.yaml has it; null without one. */
  readonly taskKind: Audit['taskKind'] | null;
}> {
  const config = existsSync(join(workspace.dir, configFileName)) ? await workspace.config() : null;
  const data = config?.data ?? dataConfigSchema.parse({ sources: [{ file: 'none' }] });
  const reading: FileReading = {
    workspaceDir: workspace.dir,
    fields: fieldsOf(data, options),
    format: options.format ?? null,
    maxRowBytes: data.maxRowBytes,
    ignoreCase: data.duplicates.ignoreCase,
    signal: workspace.options.signal,
  };
  const { sources, datasetHash } =
    options.file === undefined
      ? await frozen(workspace, options, data)
      : { sources: await given(options.file, options, reading), datasetHash: null };
  return { sources, datasetHash, reading, taskKind: config?.task.kind ?? null };
}

function fieldsOf({ fields }: DataConfig, { input, output }: AuditOptions): DataConfig['fields'] {
  return {
    ...fields,
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
  };
}

/** The named files; the first is the train split where others are named beside it. */
async function given(file: string, options: AuditOptions, reading: FileReading): Promise<AuditSource[]> {
  const others = options.others ?? [];
  const sources = [await fileSource(file, others.length === 0 ? null : 'train', reading)];
  for (const other of others) sources.push(await fileSource(other.file, other.split, reading));
  return sources;
}

async function frozen(workspace: Workspace, options: AuditOptions, data: DataConfig) {
  if ((options.others ?? []).length > 0)
    throw new ConfigError(
      'audit-split-without-file',
      'A file for another split needs the file of the train split beside it',
      'Name it first: `stepdown data audit train.jsonl --test test.jsonl`.',
    );
  const { outputs } = await workspace.latest('data');
  const dir = absolute(workspace.dir, outputs[0]?.path ?? '');
  const { hash } = await readDatasetManifest(dir);
  return { sources: await frozenSources(dir, data.duplicates.ignoreCase), datasetHash: hash };
}

/** The base model; null where none was chosen yet. */
async function baseOf(workspace: Workspace): Promise<BaseResult | null> {
  return ((await workspace.latestOrNull('base'))?.result as BaseResult | undefined) ?? null;
}
