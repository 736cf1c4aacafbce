/** When a canary is taken back, and when it gets all traffic. */
export interface RolloutRule {
  /**
   * Chance, 0..1, that a canary no worse than allowed is ever rolled back; and, apart from that, that one worse
   * than `margin` is ever promoted. Holds over the whole run, however often the outcomes are looked at.
   */
  readonly alpha: number;
  /** Share of answers, 0..1, by which the canary may fail more often than the incumbent without being rolled back. */
  readonly tolerance: number;
  /** Share of answers, 0..1, by which the canary must be shown to fail at most more often, to be promoted; above tolerance. */
  readonly margin: number;
  /**
   * Share of rated answers, 0..1, by which the canary may be rated bad more often; where nothing is compared, it must be
   * shown to be rated bad at most so much more often, to be promoted.
   */
  readonly feedbackTolerance: number;
  /**
   * Highest share, 0..1, of compared answers that may differ from the large model's; null does not look. The
   * incumbent cannot disagree with itself, so there is no other arm to compare with.
   */
  readonly disagreementLimit: number | null;
}

/**
 * Limits for a cascade whose calibration promises few wrong local answers: a large model that is wrong now and
 * then and a specialist that is wrong now and then disagree in fewer than one of five answers.
 */
export const defaultRolloutRule: RolloutRule = {
  alpha: 0.05,
  tolerance: 0.01,
  margin: 0.03,
  feedbackTolerance: 0.05,
  disagreementLimit: 0.2,
};
