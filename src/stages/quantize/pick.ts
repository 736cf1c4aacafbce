import type { GateResult } from '../../core/evaluation.ts';
import type { QuantizationType } from '../../core/quantizer.ts';

/** One file that could be served. */
export interface Candidate {
  readonly type: QuantizationType;
  readonly sizeBytes: number;
  /** Null for F16 and where nothing could be measured. */
  readonly gate: Pick<GateResult, 'outcome' | 'rowsNeeded' | 'margin'> | null;
}

/**
 * The smallest file that is shown, as all larger ones are, to be no worse than F16; F16 itself where nothing is shown.
 * Missing evidence counts as no evidence: only `pass` lets a file through.
 *
 * Going down by size and stopping at the first that does not pass keeps the error of the choice at that of one test,
 * however many files are tried. The smallest pass of several would be the luckiest.
 *
 * @see P. Bauer, "Multiple testing in clinical trials", Statistics in Medicine 10, 1991 (fixed sequence of hypotheses)
 */
export function pickQuantization(candidates: readonly Candidate[]): {
  readonly picked: QuantizationType;
  readonly explanation: string;
} {
  const others = candidates
    .filter(({ type }) => type !== 'F16')
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  if (others.length === 0) return { picked: 'F16', explanation: 'F16 is the only file.' };
  const stop = others.findIndex(({ gate }) => gate?.outcome !== 'pass');
  const shown = stop === -1 ? others : others.slice(0, stop);
  const [doubtful, ...smaller] = others.slice(shown.length);
  const passedOver = smaller.some(({ gate }) => gate?.outcome === 'pass')
    ? ` Files smaller than ${doubtful!.type} are passed over, as it is not shown to be as good.`
    : '';
  const best = shown.at(-1);
  if (best !== undefined) {
    const share =
      (best.sizeBytes / (candidates.find(({ type }) => type === 'F16')?.sizeBytes ?? best.sizeBytes)) * 100;
    return {
      picked: best.type,
      explanation: `${best.type} is the smallest file shown to lose less than ${best.gate!.margin} against F16; it has ${share.toFixed(0)} % of its size.${passedOver}`,
    };
  }
  const needed = doubtful?.gate?.rowsNeeded;
  const enough = needed
    ? ` About ${needed} validation and calibration rows would be enough for ${doubtful.type}.`
    : '';
  return {
    picked: 'F16',
    explanation: `${doubtful?.type ?? 'No file'} is not shown to be as good as F16, so F16 is kept.${passedOver}${enough}`,
  };
}
