import { resolve } from 'node:path';
import type { CaptureFilter, CaptureRowFormat, LogFormat, TrainingReason } from '../../app/captures/views.ts';
import type { Capture } from '../../core/capture.ts';
import {
  captureExportScreen,
  captureImportScreen,
  captureScreen,
  capturesScreen,
} from '../render/screens/serving/captures.ts';
import type { Verb } from '../verb.ts';

interface FilterOptions {
  readonly alias?: string;
  readonly since?: number;
  readonly until?: number;
}

/** `stepdown captures list`: newest first. */
export const listCaptures: Verb<
  FilterOptions & { readonly route?: Capture['route']; readonly limit: number }
> = async (context, options) => {
  const app = await context.openApp();
  const list = await app.listCaptures({ ...filterOf(options), limit: options.limit });
  return { json: list, text: screen => capturesScreen(screen, list) };
};

/** `stepdown captures show <capture>`. */
export const showCapture: Verb = async (context, _options, id) => {
  const app = await context.openApp();
  const found = await app.showCapture(id!);
  return { json: found, text: screen => captureScreen(screen, found) };
};

/** `stepdown captures export <file>`: rows for data.sources. */
export const exportCaptures: Verb<
  FilterOptions & { readonly reasons: readonly TrainingReason[]; readonly format: CaptureRowFormat }
> = async (context, options, file) => {
  const app = await context.openApp();
  const result = await app.exportCaptures({
    ...filterOf(options),
    output: resolve(context.currentDir, file!),
    format: options.format,
    reasons: options.reasons,
  });
  return { json: result, text: screen => captureExportScreen(screen, result) };
};

/** `stepdown captures import <file>`: the logs of another program. */
export const importCaptures: Verb<{
  readonly format?: LogFormat;
  readonly alias?: string;
  readonly content?: 'full' | 'redacted';
}> = async (context, options, file) => {
  const app = await context.openApp();
  const result = await app.importCaptures({
    file: resolve(context.currentDir, file!),
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(options.alias === undefined ? {} : { alias: options.alias }),
    ...(options.content === undefined ? {} : { content: options.content }),
  });
  return { json: result, text: screen => captureImportScreen(screen, result) };
};

function filterOf({ alias, since, until, route }: FilterOptions & CaptureFilter): CaptureFilter {
  return {
    ...(alias === undefined ? {} : { alias }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(route === undefined ? {} : { route }),
  };
}
