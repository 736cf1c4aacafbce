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
 * The smallest file that is shown to be no worse than F16; F16 itself where nothing is shown.
 * Missing evidence counts as no evidence: only `pass` lets a file through.
 */
export function pickQuantization(candidates: readonly Candidate[]): {
  readonly picked: QuantizationType;
  readonly explanation: string;
} {
  const others = candidates.filter(({ type }) => type !== 'F16');
  const passed = others
    .filter(({ gate }) => gate?.outcome === 'pass')
    .sort((a, b) => a.sizeBytes - b.sizeBytes);
  const best = passed[0];
  if (best !== undefined) {
    const share =
      (best.sizeBytes / (candidates.find(({ type }) => type === 'F16')?.sizeBytes ?? best.sizeBytes)) * 100;
    return {
      picked: best.type,
      explanation: `${best.type} is the smallest file shown to lose less than ${best.gate!.margin} against F16; it has ${share.toFixed(0)} % of its size.`,
    };
  }
  if (others.length === 0) return { picked: 'F16', explanation: 'F16 is the only file.' };
  const needed = others.flatMap(({ gate }) => gate?.rowsNeeded ?? []);
  const enough =
    needed.length > 0
      ? ` About ${Math.min(...needed)} validation and calibration rows would be enough for one of them.`
      : '';
  return {
    picked: 'F16',
    explanation: `No smaller file is shown to be as good as F16, so F16 is kept.${enough}`,
  };
}
