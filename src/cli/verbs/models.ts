import { modelScreen, modelsScreen } from '../render/screens/models.ts';
import type { Verb } from '../verb.ts';

/** `stepdown models list`: the catalogue against this machine. */
export const listModels: Verb = async context => {
  const app = await context.openApp();
  const models = await app.listModels();
  return { json: { models }, text: screen => modelsScreen(screen, models) };
};

/** `stepdown models pull <model>`: download, checked. */
export const pullModel: Verb = async (context, _options, reference) => {
  const app = await context.openApp();
  const model = await app.pullModel(reference!);
  return { json: model, text: screen => modelScreen(screen, model) };
};

/** `stepdown models show <model>`: one model and its hardware fit. */
export const showModel: Verb = async (context, _options, reference) => {
  const app = await context.openApp();
  const model = await app.showModel(reference!);
  return { json: model, text: screen => modelScreen(screen, model) };
};
