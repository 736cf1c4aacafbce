import type { CascadePolicy, EscalationReason, PolicyDecision, PolicyInput } from '../../core/cascade.ts';
import type { CascadeCalibration } from './calibration.ts';
import { confidenceOf, isOutOfScope, scoreOf } from './score.ts';

/**
 * The policy of a calibration. Pure: the simulation and the gateway call the same code.
 *
 * Reasons are looked at in this order, and the first that holds is given: no answer, an invalid one, out of scope, low
 * confidence, audit. So `audit-sample` means that the answer would have been given locally.
 *
 * @param options.auditShare instead of the calibration's own, 0..1
 */
export function createCascadePolicy(
  calibration: Pick<
    CascadeCalibration,
    'score' | 'calibrator' | 'local' | 'escalateLowConfidence' | 'scope' | 'auditShare'
  >,
  options: { readonly auditShare?: number | undefined } = {},
): CascadePolicy {
  const { local, scope, escalateLowConfidence } = calibration;
  const auditShare = options.auditShare ?? calibration.auditShare;

  const reasonOf = (input: PolicyInput, score: number | null): EscalationReason | null => {
    if (input.failure !== null) return input.failure;
    if (input.valid === false) return 'invalid-output';
    if (isOutOfScope(scope, input.signals)) return 'out-of-scope';
    if (escalateLowConfidence && !isAnswered(local, score)) return 'low-confidence';
    return input.draw < auditShare ? 'audit-sample' : null;
  };
  return {
    decide(input): PolicyDecision {
      const score = input.failure === null ? scoreOf(calibration.score, input.signals) : null;
      const confidence = score === null ? null : confidenceOf(calibration.calibrator, score);
      const reason = reasonOf(input, score);
      return { route: reason === null ? 'local' : 'large', reason, confidence };
    },
  };
}

/** Without a score nothing is known of an answer, so a threshold is never passed. */
function isAnswered(local: CascadeCalibration['local'], score: number | null): boolean {
  switch (local.kind) {
    case 'none':
      return false;
    case 'all':
      return score !== null;
    case 'above':
      return score !== null && score > local.score;
  }
}
