import { join } from 'node:path';
import type { Runtime } from '../config/runtime.ts';
import type { ChatModel, ChatTemplate } from '../core/chat-model.ts';
import { ConfigError } from '../core/errors/index.ts';
import type { SpecialistManifest } from '../core/specialist.ts';
import { createChatTemplate } from '../models/templates/chat-template.ts';
import { readSpecialist } from '../stages/specialist/index.ts';
import { absolute } from './runs/run-stage.ts';
import { gpuLayersOf, threadsOf } from './serving.ts';
import type { Workspace } from './workspace.ts';

/** A specialist folder that was read and checked. */
export interface FoundSpecialist {
  readonly dir: string;
  readonly manifest: SpecialistManifest;
  readonly template: ChatTemplate;
}

/**
 * The specialist in a folder, or the workspace's latest.
 * @throws DataError `specialist-unreadable` | `specialist-changed` | ConfigError `stage-not-run`
 */
export async function findSpecialist(
  workspace: Workspace,
  given: string | undefined,
): Promise<FoundSpecialist> {
  const dir = given ?? absolute(workspace.dir, latestDir((await workspace.latest('specialist')).result));
  const manifest = await readSpecialist(dir);
  const { source, endOfTurn, stop } = manifest.template;
  return { dir, manifest, template: createChatTemplate({ source, endOfTurn, stop }) };
}

/** How a specialist is opened. */
export interface SpecialistServing {
  /** GGUF of the base model that the adapter is applied to; null opens the specialist's own merged file. */
  readonly base: string | null;
  /** Requests computed at once. */
  readonly sequences: number;
  /** Earlier prompts kept in the cache; default 0, with which the same requests in the same order answer the same. */
  readonly rememberedPrompts?: number;
  /** Guess tokens from earlier answers, which answers sooner; default false, for the same reason. */
  readonly draftsAnswers?: boolean;
  /** Other processes have the rest; default: what `runtime` says. */
  readonly threads?: number;
}

/**
 * Opens a specialist: by its own file exactly as it was evaluated, or its adapter on a base that others share.
 * @throws ConfigError `adapter-missing` | DataError `adapter-invalid` | `label-tokens-differ`
 */
export async function openSpecialist(
  { dir, manifest, template }: FoundSpecialist,
  runtime: Runtime,
  { base, ...serving }: SpecialistServing = { base: null, sequences: 1 },
): Promise<ChatModel> {
  // The inference engine takes memory by being loaded: a gateway without a model does without it.
  const { LocalModel } = await import('../engines/llama-cpp/local-model.ts');
  const model = await LocalModel.open({
    kind: 'local',
    id: manifest.name,
    ...(base === null
      ? { modelPath: join(dir, manifest.files.model.path), adapters: [] }
      : { modelPath: base, adapters: [{ path: join(dir, adapterOf(manifest)), scale: 1 }] }),
    template,
    contextTokens: manifest.contextTokens,
    // Requests of narrow tasks are far shorter than the context: two of the longest, or many of the usual ones.
    cacheTokens: 2 * manifest.contextTokens,
    threads: threadsOf(runtime),
    ...serving,
    gpuLayers: await gpuLayersOf(runtime.gpuLayers),
  });
  const { task, labelTokens } = manifest;
  if (task.kind === 'classify' && labelTokens) model.verifyLabelTokens(task.labels, labelTokens);
  return model;
}

function adapterOf({ name, files }: SpecialistManifest): string {
  if (files.adapterGguf !== null) return files.adapterGguf.path;
  throw new ConfigError(
    'adapter-missing',
    `The specialist ${name} has no GGUF adapter to apply to a shared base`,
    'Remove `base` from its alias, or train it with method lora.',
  );
}

function latestDir(result: unknown): string {
  return (result as { dir: string }).dir;
}
