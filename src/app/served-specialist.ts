import { join } from 'node:path';
import type { ChatModel, ChatTemplate } from '../core/chat-model.ts';
import type { SpecialistManifest } from '../core/specialist.ts';
import { LocalModel } from '../engines/llama-cpp/local-model.ts';
import { createChatTemplate } from '../models/templates/chat-template.ts';
import { readSpecialist } from '../stages/specialist/index.ts';
import { absolute } from './run-stage.ts';
import { gpuLayersOf, serveThreads } from './serving.ts';
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

/**
 * Opens a specialist as it was evaluated: same file, template and label tokens.
 * @param serving.sequences requests decoded at once
 */
export async function openSpecialist(
  { dir, manifest, template }: FoundSpecialist,
  serving: { readonly sequences: number; readonly threads: number } = {
    sequences: 1,
    threads: serveThreads(),
  },
): Promise<ChatModel> {
  const model = await LocalModel.open({
    kind: 'local',
    id: manifest.name,
    modelPath: join(dir, manifest.files.model.path),
    adapters: [],
    template,
    contextTokens: manifest.contextTokens,
    // Requests of narrow tasks are far shorter than the context: two of the longest, or many of the usual ones.
    cacheTokens: 2 * manifest.contextTokens,
    ...serving,
    gpuLayers: await gpuLayersOf('auto'),
  });
  const { task, labelTokens } = manifest;
  if (task.kind === 'classify' && labelTokens) model.verifyLabelTokens(task.labels, labelTokens);
  return model;
}

function latestDir(result: unknown): string {
  return (result as { dir: string }).dir;
}
