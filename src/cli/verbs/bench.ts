import { benchmarkScreen } from '../render/screens/benchmark.ts';
import type { Verb } from '../verb.ts';

/** `stepdown bench <models...>`: untrained base models on the same rows. */
export const bench: Verb<{ readonly shots: number; readonly rows: number }> = async (
  context,
  options,
  ...models
) => {
  const app = await context.openApp();
  const result = await app.benchmark({ models, shots: options.shots, rows: options.rows });
  return { json: result, text: screen => benchmarkScreen(screen, result) };
};
