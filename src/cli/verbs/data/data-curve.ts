import { resolve } from 'node:path';
import type { TaskKind } from '../../../core/task.ts';
import { curveScreen } from '../../render/screens/data/curve.ts';
import { type OverrideOptions, overridesOf, type Verb } from '../../verb.ts';

type CurveOptions = OverrideOptions & {
  readonly target?: number;
  readonly with?: 'specialist';
  readonly kind?: TaskKind;
  readonly force?: boolean;
};

/** `stepdown data curve`: what more rows would buy. */
export const dataCurve: Verb<CurveOptions> = async (context, options, file?: string) => {
  const app = await context.openApp(overridesOf(options));
  const view = await app.learningCurve({
    ...(file === undefined ? {} : { file: resolve(context.currentDir, file) }),
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.target === undefined ? {} : { target: options.target }),
    withSpecialist: options.with === 'specialist',
    force: options.force ?? false,
  });
  return { json: view, text: screen => curveScreen(screen, view) };
};
