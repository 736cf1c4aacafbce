import type { PolicyDecision, Signals } from '../../core/cascade.ts';
import type { CascadeCalibration, ScoreDetails } from '../../stages/cascade/index.ts';

export interface CalibrateOptions {
  /** Recorded answers of the large model: JSON Lines of {"id", "text"}. Absolute path; the configured model when absent. */
  readonly largeAnswers?: string;
  /** Specialist folder; the workspace's latest when absent. */
  readonly specialist?: string;
  /** Calibrate for this alias of the gateway: its specialist, run by what serves it; in this process when absent. */
  readonly alias?: string;
  /** Fit again although nothing changed. */
  readonly force?: boolean;
}

/** A calibration without the index of training inputs, which is large and says nothing to people. */
export interface CascadeCalibrationView {
  /** `cascade.json`, relative to the workspace. */
  readonly file: string;
  readonly runId: string;
  readonly outcome: 'ran' | 'unchanged';
  readonly calibration: Omit<CascadeCalibration, 'scope'> & {
    readonly scope: { readonly threshold: number; readonly share: number } | null;
  };
}

export interface SimulateOptions {
  /** Calibration file; the workspace's latest when absent. Absolute path. */
  readonly calibration?: string;
  /** As for {@link CalibrateOptions}, of the test rows; those the evaluation recorded when absent. */
  readonly largeAnswers?: string;
  readonly specialist?: string;
}

export interface ExplainOptions {
  /** Calibration file; the workspace's latest when absent. Absolute path. */
  readonly calibration?: string;
  readonly specialist?: string;
}

/** What the cascade does with one input, and what it decides from. */
export interface CascadeExplanation {
  readonly specialist: string;
  /** The specialist's answer; null where it failed with `error`. */
  readonly text: string | null;
  readonly error: string | null;
  readonly signals: Signals;
  readonly valid: boolean | null;
  /** Without the random audit. */
  readonly decision: PolicyDecision;
  readonly score: ScoreDetails;
  readonly local: CascadeCalibration['local'];
  readonly escalateLowConfidence: boolean;
  readonly scopeThreshold: number | null;
  readonly auditShare: number;
}
