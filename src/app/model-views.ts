import type { ResolvedModel } from '../core/model-source.ts';
import { quantizationTypes } from '../core/quantizer.ts';
import { catalogue, findEntry } from '../models/catalogue/catalogue.ts';
import type { ModelShape } from '../models/catalogue/entry.ts';
import { type MemoryFit, quantizedBytes, servingFit, trainingFit } from '../models/fit/hardware-fit.ts';
import { findLocalModel, placeModel, resolveModel } from '../models/resolve-model.ts';
import type { FitRow, HardwareFit, ModelSummary, ModelView } from './app.ts';
import { type MachineFacts, machineFacts } from './machine/machine.ts';
import type { Workspace } from './workspace.ts';

/** What the memory figures of training assume: a usual adapter and a batch of short rows. */
const assumed = { rank: 16, batchTokens: 512, answerTokens: 256 };
const servingContext = { contextTokens: 4096, sequences: 1 };

export interface TrainingNeeds extends FitRow {
  readonly use: 'lora' | 'qlora' | 'full';
  readonly outcome: MemoryFit['outcome'];
}

/** Memory that each way of training takes, against this machine. */
export function trainingNeeds(model: ResolvedModel, machine: MachineFacts): TrainingNeeds[] {
  return needsOf(shapeOf(model), machine);
}

function needsOf(shape: ModelShape, machine: MachineFacts): TrainingNeeds[] {
  return (['lora', 'qlora', 'full'] as const).map(use => {
    const fit = trainingFit(shape, { method: use, ...assumed }, machine);
    const noGpu = use === 'qlora' && machine.gpuMemoryBytes === null;
    return {
      use,
      memoryBytes: fit.totalBytes,
      fits: fit.outcome !== 'does-not-fit' && !noGpu,
      outcome: noGpu ? 'does-not-fit' : fit.outcome,
      note: noGpu ? 'Needs an NVIDIA GPU.' : fit.hint,
    };
  });
}

/** Shape of a model: the catalogue's, else estimated from what its header says, on the large side. */
function shapeOf(model: ResolvedModel): ModelShape {
  const entry = findEntry(model.id) ?? findEntry(model.reference);
  if (entry) return entry.shape;
  const { layers, embeddingLength: hidden, vocabularySize: vocabulary } = model;
  const ffn = 4 * hidden;
  const heads = Math.max(1, Math.round(hidden / 64));
  const parameters =
    model.parameters ?? layers * (4 * hidden * hidden + 3 * hidden * ffn) + vocabulary * hidden;
  return {
    parameters,
    layers,
    hidden,
    heads,
    kvHeads: heads,
    headSize: 64,
    ffn,
    vocabulary,
    tiedEmbeddings: false,
  };
}

function fitOf(shape: ModelShape, machine: MachineFacts): HardwareFit {
  const serving: FitRow[] = quantizationTypes.map(type => {
    const fit = servingFit(shape, { type, ...servingContext }, machine);
    return { use: type, memoryBytes: fit.totalBytes, fits: fit.outcome !== 'does-not-fit', note: fit.hint };
  });
  const training = needsOf(shape, machine).map(({ use, memoryBytes, fits, note }) => ({
    use,
    memoryBytes,
    fits,
    note,
  }));
  return {
    availableBytes: machine.gpuMemoryBytes ?? machine.memoryBytes,
    device: machine.gpuName ?? 'CPU',
    rows: [...training, ...serving],
  };
}

/** The catalogue, with what is here and what fits. */
export async function listModels(workspace: Workspace): Promise<ModelSummary[]> {
  const machine = await machineFacts();
  return Promise.all(catalogue.map(entry => summary(workspace, entry.id, machine)));
}

/** Brings a model onto this machine. */
export async function pullModel(workspace: Workspace, reference: string): Promise<ModelView> {
  const { sources, fetchOptions } = await workspace.tools();
  await resolveModel(reference, sources, fetchOptions);
  return showModel(workspace, reference);
}

/** One model, without fetching it. */
export async function showModel(workspace: Workspace, reference: string): Promise<ModelView> {
  const { sources, fetchOptions } = await workspace.tools();
  const machine = await machineFacts();
  const { entry, source } = placeModel(reference, sources);
  // A file that is not on this disk is nowhere else either: that is an error, not a model to be pulled.
  const resolved =
    source.scheme === 'file'
      ? await resolveModel(reference, sources, fetchOptions)
      : await findLocalModel(reference, sources, workspace.environment.cacheDir);
  const shape = resolved ? shapeOf(resolved) : (entry?.shape ?? null);
  return {
    summary: await summary(workspace, reference, machine),
    resolved,
    fit: shape && fitOf(shape, machine),
  };
}

async function summary(
  workspace: Workspace,
  reference: string,
  machine: MachineFacts,
): Promise<ModelSummary> {
  const { sources } = await workspace.tools();
  const place = placeModel(reference, sources);
  const resolved = await findLocalModel(reference, sources, workspace.environment.cacheDir);
  const shape = place.entry?.shape ?? (resolved ? shapeOf(resolved) : null);
  return {
    id: place.entry?.id ?? resolved?.id ?? reference,
    title: place.entry?.title ?? resolved?.id ?? reference,
    reference: place.reference,
    parameters: place.entry?.shape.parameters ?? resolved?.parameters ?? null,
    contextTokens: place.entry?.contextTokens ?? resolved?.contextTokens ?? null,
    licence: place.entry?.licence.name ?? resolved?.licence ?? 'unknown',
    cached: resolved !== null,
    // A hub holds the weights in 16 bits.
    sizeBytes: resolved?.sizeBytes ?? (shape && quantizedBytes(shape, 'F16')),
    trains: shape && needsOf(shape, machine).some(({ use, fits }) => use !== 'full' && fits),
  };
}
