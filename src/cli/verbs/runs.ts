import { comparisonScreen, runScreen, runsScreen } from '../render/screens/runs.ts';
import type { Verb } from '../verb.ts';

/** `stepdown runs list`: newest first. */
export const listRuns: Verb<{ readonly stage?: string; readonly limit: number }> = async (
  context,
  options,
) => {
  const app = await context.openApp();
  const all = await app.listRuns();
  const wanted = all.filter(run => options.stage === undefined || run.stage === options.stage);
  const runs = wanted.slice(0, options.limit);
  return {
    json: { runs, total: wanted.length },
    text: screen => runsScreen(screen, runs, wanted.length, [...new Set(all.map(run => run.stage))].sort()),
  };
};

/** `stepdown runs show <run>`. */
export const showRun: Verb = async (context, _options, id) => {
  const app = await context.openApp();
  const run = await app.showRun(id!);
  return { json: run, text: screen => runScreen(screen, run) };
};

/** `stepdown runs compare <a> <b>`. */
export const compareRuns: Verb = async (context, _options, a, b) => {
  const app = await context.openApp();
  const comparison = await app.compareRuns(a!, b!);
  return { json: comparison, text: screen => comparisonScreen(screen, comparison) };
};
