import type { StageName } from '../../app/app.ts';
import { exitCodes } from '../../core/errors/stepdown-error.ts';
import { pipelineScreen } from '../render/screens/pipeline.ts';
import { type OverrideOptions, overridesOf, type Verb } from '../verb.ts';

interface StageOptions extends OverrideOptions {
  readonly force?: boolean;
  readonly until?: StageName;
}

/** A verb that runs the pipeline up to a stage; exit code 5 when a gate did not pass. */
function pipelineUntil(last: StageName | null): Verb<StageOptions> {
  return async (context, options) => {
    const app = await context.openApp(overridesOf(options));
    const until = last ?? options.until;
    const result = await app.runPipeline({
      ...(until === undefined ? {} : { until }),
      force: options.force === true,
    });
    const passed = (result.evaluation?.gates ?? []).every(gate => gate.outcome === 'pass');
    return {
      json: result,
      text: screen => pipelineScreen(screen, result),
      exitCode: passed ? 0 : exitCodes.gate,
    };
  };
}

/** `stepdown run`. */
export const run = pipelineUntil(null);
/** `stepdown data import`. */
export const importData = pipelineUntil('data');
/** `stepdown train`. */
export const train = pipelineUntil('train');
/** `stepdown quantize`. */
export const quantize = pipelineUntil('quantize');
/** `stepdown evaluate`. */
export const evaluate = pipelineUntil('evaluate');
