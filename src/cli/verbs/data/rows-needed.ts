import type { RowsNeededOptions } from '../../../app/curve/views.ts';
import { rowsNeededScreen } from '../../render/screens/data/rows-needed.ts';
import type { Verb } from '../../verb.ts';

/** `stepdown data rows-needed`: how many test rows show a difference. */
export const rowsNeeded: Verb<RowsNeededOptions> = async (context, options) => {
  const app = await context.openApp();
  const view = await app.rowsNeeded(options);
  return { json: view, text: screen => rowsNeededScreen(screen, view) };
};
