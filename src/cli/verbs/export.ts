import { resolve } from 'node:path';
import type { ExportFormat } from '../../app/app.ts';
import { writtenScreen } from '../render/screens/written.ts';
import type { Verb } from '../verb.ts';

/** `stepdown export <dir>`: the specialist for other programs. */
export const exportSpecialist: Verb<{
  readonly formats: readonly ExportFormat[];
  readonly specialist?: string;
}> = async (context, options, dir) => {
  const app = await context.openApp();
  const target = resolve(context.currentDir, dir!);
  const files = await app.exportSpecialist({
    dir: target,
    formats: options.formats,
    ...(options.specialist === undefined
      ? {}
      : { specialist: resolve(context.currentDir, options.specialist) }),
  });
  return { json: { dir: target, files }, text: screen => writtenScreen(screen, files) };
};
