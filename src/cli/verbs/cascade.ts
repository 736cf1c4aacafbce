import { resolve } from 'node:path';
import { ConfigError, exitCodes } from '../../core/errors/index.ts';
import { calibrationScreen, explanationScreen } from '../render/screens/serving/cascade.ts';
import { simulationScreen } from '../render/screens/serving/simulation.ts';
import { type OverrideOptions, overridesOf, type Verb, type VerbContext } from '../verb.ts';

interface CascadeVerbOptions extends Pick<OverrideOptions, 'threads'> {
  readonly largeAnswers?: string;
  readonly calibration?: string;
  readonly specialist?: string;
  readonly alias?: string;
  readonly force?: boolean;
}

/** `stepdown cascade calibrate`: exit code 5 where the rule's promise cannot be shown. */
export const calibrate: Verb<CascadeVerbOptions> = async (context, options) => {
  const app = await context.openApp(overridesOf(options));
  const view = await app.calibrateCascade({
    ...paths(context, options),
    ...(options.alias === undefined ? {} : { alias: options.alias }),
    ...(options.force ? { force: true } : {}),
  });
  return {
    json: view,
    text: screen => calibrationScreen(screen, view),
    exitCode: view.calibration.goal.met ? 0 : exitCodes.gate,
  };
};

/** `stepdown cascade simulate`. */
export const simulate: Verb<CascadeVerbOptions> = async (context, options) => {
  const app = await context.openApp(overridesOf(options));
  const simulation = await app.simulateCascade(paths(context, options));
  return { json: simulation, text: screen => simulationScreen(screen, simulation) };
};

/** `stepdown cascade explain [input]`. */
export const explain: Verb<CascadeVerbOptions> = async (context, options, input) => {
  const text = input ?? (await context.readInput())?.trim();
  if (text === undefined || text === '')
    throw new ConfigError(
      'input-missing',
      'There is nothing to explain',
      'Give a text: `stepdown cascade explain "pump is leaking"`.',
    );
  const app = await context.openApp(overridesOf(options));
  const explanation = await app.explainCascade(text, paths(context, options));
  return { json: explanation, text: screen => explanationScreen(screen, explanation) };
};

/** File options relative to the folder the command was typed in. */
function paths(context: VerbContext, options: CascadeVerbOptions) {
  const absolute = (name: 'largeAnswers' | 'calibration' | 'specialist') => {
    const path = options[name];
    return path === undefined ? {} : { [name]: resolve(context.currentDir, path) };
  };
  return { ...absolute('largeAnswers'), ...absolute('calibration'), ...absolute('specialist') };
}
