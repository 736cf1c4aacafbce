import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { configFileName, loadGatewayConfig } from '../../config/load.ts';
import { StepdownError, systemFailure } from '../../core/errors/index.ts';
import { findLocalModel, placeModel } from '../../models/resolve-model.ts';
import { runCommand } from '../../processes/run-command.ts';
import { findPython } from '../../trainers/torch/environment/find-python.ts';
import type { DoctorCheck } from '../app.ts';
import type { Workspace } from '../workspace.ts';
import { freeBytes, machineFacts } from './machine.ts';

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Packages, weights in three forms, checkpoints and six quantisations of the smallest base take this much. */
const neededDiskBytes = 5e9;
/** Training the smallest base takes this much. */
const neededMemoryBytes = 4e9;

/** What this machine can do; works without stepdown.yaml and offline. Nothing is installed or downloaded. */
export async function doctor(workspace: Workspace): Promise<DoctorCheck[]> {
  // Offline may be set in stepdown.yaml; doctor also answers where there is none, or a broken one.
  let model = 'smollm2-135m-instruct';
  const config = await attempt('config', async () => {
    const { task, data } = await loadGatewayConfig(workspace.loadOptions);
    if (task === undefined && data === undefined) return 'stepdown.yaml is valid, for a gateway alone';
    model = (await workspace.config()).model;
    return 'stepdown.yaml is valid';
  });
  const machine = await machineFacts();
  const { cores, memoryBytes, gpuMemoryBytes, gpuName } = machine;
  return [
    { id: 'node', status: 'ok', found: `Node ${process.versions.node}`, hint: null },
    await python(workspace),
    await disk(workspace),
    {
      id: 'memory',
      status: memoryBytes >= neededMemoryBytes ? 'ok' : 'warning',
      found: gigabytes(memoryBytes),
      hint:
        memoryBytes >= neededMemoryBytes ? null : `Training wants ${gigabytes(neededMemoryBytes)} or more.`,
    },
    { id: 'cores', status: 'ok', found: `${cores} ${cores === 1 ? 'core' : 'cores'}`, hint: null },
    {
      id: 'gpu',
      status: 'ok',
      found:
        gpuMemoryBytes === null ? 'none; the CPU does all work' : `${gpuName}, ${gigabytes(gpuMemoryBytes)}`,
      hint: null,
    },
    await engine(workspace),
    await weights(workspace, model),
    ...(existsSync(join(workspace.dir, configFileName)) ? [config] : []),
  ];
}

async function python(workspace: Workspace): Promise<DoctorCheck> {
  return attempt('python', async () => {
    const { version, path } = await findPython(workspace.environment.python, runCommand);
    return `Python ${version} at ${path}`;
  });
}

async function disk(workspace: Workspace): Promise<DoctorCheck> {
  const { cacheDir } = workspace.environment;
  return attempt('disk', async () => {
    await mkdir(cacheDir, { recursive: true });
    const free = await freeBytes(cacheDir);
    const found = `${gigabytes(free)} free for ${cacheDir}`;
    if (free >= neededDiskBytes) return found;
    return {
      id: 'disk',
      status: 'warning',
      found,
      hint: `Free ${gigabytes(neededDiskBytes)}, or point STEPDOWN_CACHE at a larger disk.`,
    };
  });
}

async function engine(workspace: Workspace): Promise<DoctorCheck> {
  return attempt('engine', async () => {
    const { libraryVersion } = await (await workspace.tools()).quantizer.check();
    return `llama.cpp ${libraryVersion}`;
  });
}

async function weights(workspace: Workspace, model: string): Promise<DoctorCheck> {
  return attempt('weights', async () => {
    const { sources, fetchOptions } = await workspace.tools();
    const local = await findLocalModel(model, sources, workspace.environment.cacheDir);
    if (local) return `${model} is on this machine`;
    if (workspace.offline) {
      return {
        id: 'weights',
        status: 'skipped',
        found: `${model} is not on this machine, and the network is off`,
        hint: `Copy the cache of a machine that has run \`stepdown models pull ${model}\`.`,
      };
    }
    const { source, reference } = placeModel(model, sources);
    await source.resolve(reference, fetchOptions);
    return `${model} can be fetched`;
  });
}

/** A check that fails with a StepdownError is an answer, not a failure of the doctor. */
async function attempt(id: string, look: () => Promise<string | DoctorCheck>): Promise<DoctorCheck> {
  try {
    const found = await look();
    return typeof found === 'string' ? { id, status: 'ok', found, hint: null } : found;
  } catch (error) {
    const told = error instanceof StepdownError ? error : systemFailure(error);
    if (told !== null) return { id, status: 'missing', found: told.message, hint: told.hint };
    return {
      id,
      status: 'missing',
      found: String(error),
      hint: 'Report this with `stepdown doctor --json`.',
    };
  }
}
