import { resolve } from 'node:path';
import { writtenScreen } from '../render/screens/written.ts';
import type { Verb } from '../verb.ts';

/** `stepdown report`: the HTML report of the latest evaluation. */
export const report: Verb<{ readonly output?: string }> = async (context, options) => {
  const app = await context.openApp();
  const written = await app.writeReport(
    options.output === undefined ? {} : { output: resolve(context.currentDir, options.output) },
  );
  return { json: written, text: screen => writtenScreen(screen, [written]) };
};
