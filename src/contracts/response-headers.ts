/** Headers by which the gateway says what it did. */
export const responseHeaders = {
  requestId: 'x-request-id',
  /** `local`, `large` or `none`. */
  route: 'x-stepdown-route',
  /** Why it went to the large model. */
  reason: 'x-stepdown-reason',
  /** Calibrated probability that the local answer is right, 0..1. */
  confidence: 'x-stepdown-confidence',
  /** Upstream or specialist that answered. */
  servedBy: 'x-stepdown-served-by',
  /** Parameters that had no effect, comma-separated. */
  ignored: 'x-stepdown-ignored',
} as const;
