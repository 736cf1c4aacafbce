import type { DevelopmentSplitName } from '../../../core/example.ts';
import { dataScreen } from '../../render/screens/data/data.ts';
import type { Verb } from '../../verb.ts';

/** `stepdown data show`: counts, first rows, what was set aside. */
export const showData: Verb<{ readonly split: DevelopmentSplitName; readonly rows: number }> = async (
  context,
  options,
) => {
  const app = await context.openApp();
  const view = await app.showData({ split: options.split, rows: options.rows });
  return { json: view, text: screen => dataScreen(screen, view) };
};
