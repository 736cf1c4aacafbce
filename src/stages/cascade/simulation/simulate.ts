import type { EscalationReason } from '../../../core/cascade.ts';
import type { Estimate } from '../../../core/estimate.ts';
import { clusteredProportion } from '../../../stats/clusters/clustered-proportion.ts';
import type { Groups } from '../../../stats/clusters/clusters.ts';
import { createRandom } from '../../../stats/random/random.ts';
import { estimateAuroc } from '../../../stats/selective/auroc.ts';
import { estimateAurc, riskCoverageCurve } from '../../../stats/selective/risk-coverage.ts';
import type { CascadeCalibration } from '../calibration.ts';
import type { ScoredRow } from '../fit/rows.ts';
import { decidingScore } from '../fit/tested-rows.ts';
import { createCascadePolicy } from '../policy.ts';
import { scoreOf } from '../score.ts';
import { type ReliabilityBin, reliabilityBins } from './reliability.ts';

/** A share of requests given to the surest local answers, and what the cascade then is worth and costs. */
export interface CurvePoint {
  /** Share answered locally, 0..1. */
  readonly coverage: number;
  readonly answered: number;
  /** Share wrong among local answers; null without any. */
  readonly risk: Estimate | null;
  /** Share right of all answers, the large model's included; null where those are not known. */
  readonly right: Estimate | null;
  /** US dollars per 1,000 requests; null where no price is known. */
  readonly costUsdPer1k: number | null;
}

/** What a calibration does on rows that took no part in it. */
export interface Simulation {
  readonly rows: number;
  /** Where the rows come from, for people. */
  readonly source: string;
  readonly calibrationHash: string;
  /** With the policy as calibrated. */
  readonly operating: {
    readonly coverage: Estimate;
    readonly localError: Estimate | null;
    readonly right: Estimate | null;
    readonly specialistRight: Estimate;
    readonly largeRight: Estimate | null;
    readonly costUsdPer1k: number | null;
    readonly largeCostUsdPer1k: number | null;
    readonly reasons: Readonly<Partial<Record<EscalationReason, number>>>;
  };
  readonly auroc: Estimate | null;
  readonly aurc: Estimate | null;
  /** By falling strictness, at even shares answered. */
  readonly curve: readonly CurvePoint[];
  readonly reliability: readonly ReliabilityBin[];
}

const curvePoints = 20;

/**
 * Plays a calibration's policy over rows with known answers: for reporting only, never to choose anything by.
 *
 * @param rows not empty; none of them a row that was calibrated on
 */
export function simulateCascade(
  calibration: CascadeCalibration,
  rows: readonly ScoredRow[],
  { source, seed, resamples = 1000 }: { source: string; seed: number; resamples?: number },
): Simulation {
  const policy = createCascadePolicy(calibration);
  const random = createRandom(seed);
  const decisions = rows.map(row =>
    policy.decide({
      signals: row.signals,
      valid: row.valid,
      failure: row.failed ? 'specialist-failed' : null,
      draw: random.uniform(),
    }),
  );
  const isLocal = decisions.map(({ route }) => route === 'local');
  const reasons: Partial<Record<EscalationReason, number>> = {};
  for (const { reason } of decisions) if (reason !== null) reasons[reason] = (reasons[reason] ?? 0) + 1;

  const scored = rows.filter(row => !row.failed && scoreOf(calibration.score, row.signals) !== null);
  const scores = scored.map(row => scoreOf(calibration.score, row.signals)!);
  const correct = scored.map(row => row.correct);
  const options = { seed, resamples, groups: groupsOf(scored) };
  const confident = rows.flatMap((row, at) =>
    decisions[at]!.confidence === null ? [] : [{ row, confidence: decisions[at]!.confidence! }],
  );
  const always = rows.map(() => false);
  return {
    rows: rows.length,
    source,
    calibrationHash: calibration.hash,
    operating: {
      coverage: proportion(rows, isLocal),
      localError: errorAmong(rows, isLocal),
      right: rightOf(rows, isLocal),
      specialistRight: proportion(
        rows,
        rows.map(row => row.correct),
      ),
      largeRight: rightOf(rows, always),
      costUsdPer1k: costOf(rows, isLocal),
      largeCostUsdPer1k: costOf(rows, always),
      reasons,
    },
    auroc: scored.length === 0 ? null : estimateAuroc(scores, correct, options),
    aurc: scored.length === 0 ? null : estimateAurc(scores, correct, options),
    curve: curveOf(calibration, rows),
    reliability: reliabilityBins(
      confident.map(({ confidence }) => confidence),
      confident.map(({ row }) => row.correct),
    ),
  };
}

function curveOf(calibration: CascadeCalibration, rows: readonly ScoredRow[]): CurvePoint[] {
  const scores = rows.map(row => decidingScore(row, calibration.score, calibration.scope));
  const full = riskCoverageCurve(
    scores,
    rows.map(row => row.correct),
  ).filter(point => point.threshold > Number.NEGATIVE_INFINITY);
  const wanted = Array.from({ length: curvePoints }, (_, step) => (step + 1) / curvePoints);
  const picked = new Set(
    wanted.flatMap(share => {
      const at = full.findLastIndex(point => point.coverage <= share + 1e-12);
      return at < 0 ? [] : [at];
    }),
  );
  const nothing = rows.map(() => false);
  const points = [...picked].map(at => {
    const { threshold, coverage, answered } = full[at]!;
    const isLocal = scores.map(score => score >= threshold);
    return { coverage, answered, ...worth(rows, isLocal) };
  });
  return [{ coverage: 0, answered: 0, ...worth(rows, nothing) }, ...points];
}

const worth = (rows: readonly ScoredRow[], isLocal: readonly boolean[]) => ({
  risk: errorAmong(rows, isLocal),
  right: rightOf(rows, isLocal),
  costUsdPer1k: costOf(rows, isLocal),
});

function errorAmong(rows: readonly ScoredRow[], isLocal: readonly boolean[]): Estimate | null {
  const local = rows.filter((_, row) => isLocal[row]);
  return local.length === 0
    ? null
    : proportion(
        local,
        local.map(row => !row.correct),
      );
}

/** Share right when the large model answers the rest; null where one of those answers is not known. */
function rightOf(rows: readonly ScoredRow[], isLocal: readonly boolean[]): Estimate | null {
  const right = rows.map((row, at) => (isLocal[at] ? row.correct : row.largeCorrect));
  return right.some(value => value === null)
    ? null
    : proportion(
        rows,
        right.map(value => value === true),
      );
}

/** What the large model's answers to the escalated rows cost, by the mean of the known costs. */
function costOf(rows: readonly ScoredRow[], isLocal: readonly boolean[]): number | null {
  const costs = rows.flatMap(row => (row.largeCostUsd === null ? [] : [row.largeCostUsd]));
  if (costs.length === 0) return null;
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  const escalated = rows.reduce((sum, row, at) => sum + (isLocal[at] ? 0 : (row.largeCostUsd ?? mean)), 0);
  return (1000 * escalated) / rows.length;
}

const proportion = (rows: readonly ScoredRow[], holds: readonly boolean[]) =>
  clusteredProportion(
    holds.map(value => (value ? 1 : 0)),
    groupsOf(rows),
  );

const groupsOf = (rows: readonly ScoredRow[]): Groups =>
  rows.some(row => row.group !== null) ? rows.map(row => row.group) : null;
