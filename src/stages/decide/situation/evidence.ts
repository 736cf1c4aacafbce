import type { Estimate } from '../../../core/estimate.ts';
import type { LearningCurves } from '../../../core/learning-curve.ts';
import type { TaskKind } from '../../../core/task.ts';
import type { DataEvidence } from '../measured/data-evidence.ts';
import type { MeasuredTraffic } from '../traffic/measured-traffic.ts';

/** What the workspace has measured or configured; every part is null where it has not. It replaces defaults. */
export interface Evidence {
  readonly taskKind: TaskKind | null;
  /** Rows of the frozen dataset, all splits together. */
  readonly labelledRows: number | null;
  /** Of labelled rows that were looked at. */
  readonly data: DataEvidence | null;
  readonly cascade: MeasuredCascade | null;
  readonly evaluation: MeasuredQuality | null;
  /** How the score grows with the training rows; of the dataset there is now. */
  readonly learningCurve: ({ readonly runId: string } & LearningCurves) | null;
  /** From a log, or from the gateway's captures. */
  readonly traffic: MeasuredTraffic | null;
  /** Of the last training. */
  readonly training: { readonly seconds: number; readonly device: string } | null;
  /** Parameters of the specialist, in billions. */
  readonly parametersBillions: number | null;
  /** Price of the large model in stepdown.yaml, US dollars a million tokens. */
  readonly largePrice: {
    readonly input: number;
    readonly cachedInput: number;
    readonly output: number;
  } | null;
  readonly machine: {
    readonly cores: number;
    readonly memoryBytes: number;
    readonly gpuMemoryBytes: number | null;
  } | null;
}

/** Figures of a finished evaluation on the test split. */
export interface MeasuredQuality {
  readonly runId: string;
  readonly testRows: number;
  /** Whether a person has signed for the test rows, and has not taken that back. */
  readonly testSetApproved: boolean;
  readonly metric: string;
  readonly specialist: Estimate;
  readonly large: Estimate | null;
  /** Specialist minus large model, on the same rows. */
  readonly againstLarge: Estimate | null;
  /** The best system without a language model. */
  readonly floor: { readonly title: string; readonly estimate: Estimate } | null;
  /** Specialist minus that floor. */
  readonly againstFloor: Estimate | null;
  /** The evaluation's own finding that a floor does as well. */
  readonly noLanguageModelNeeded: boolean;
  /** Median of one request at a time, of the specialist as it is served. */
  readonly latencyMs: number | null;
  readonly tokensPerSecond: number | null;
  readonly memoryBytes: number | null;
  /** Score of the picked file minus F16's. */
  readonly quantizationDelta: Estimate | null;
}

/** What the calibration of a cascade showed on rows that its threshold was tested on. */
export interface MeasuredCascade {
  /** "the calibration <run>". */
  readonly source: string;
  /** Requests that would go to the large model, its random audits included. */
  readonly escalatedShare: Estimate;
  /** Wrong ones among the answers given locally; null where none would be. */
  readonly localError: Estimate | null;
}

/** Nothing was measured yet. */
export const noEvidence: Evidence = {
  taskKind: null,
  labelledRows: null,
  data: null,
  cascade: null,
  evaluation: null,
  learningCurve: null,
  traffic: null,
  training: null,
  parametersBillions: null,
  largePrice: null,
  machine: null,
};
