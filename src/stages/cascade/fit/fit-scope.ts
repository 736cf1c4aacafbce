import { type Example, inputText } from '../../../core/example.ts';
import { buildSimilarityIndex } from '../../../text/similarity-index.ts';
import type { CascadeCalibration } from '../calibration.ts';

/**
 * What counts as out of scope: requests less similar to every training input than `share` of the training inputs are
 * to all the others. It rests on inputs of the train split alone, so it takes nothing from the calibration rows.
 *
 * @returns null where the check is off, or there are too few training rows to place the threshold
 * @see A. Angelopoulos, S. Bates, "A gentle introduction to conformal prediction", 2021, section 4.4 (outlier detection)
 */
export function fitScope(train: readonly Example[], share: number): CascadeCalibration['scope'] {
  if (share <= 0 || train.length === 0) return null;
  const { data, heldOut } = buildSimilarityIndex(
    train.map(example => ({ text: inputText(example), group: example.group })),
  );
  const rank = Math.floor(share * (heldOut.length + 1));
  if (rank < 1) return null;
  const threshold = [...heldOut].sort((a, b) => a - b)[rank - 1]!;
  return { threshold, share, index: data };
}
