/** Why a request goes to the large model. */
export const escalationReasons = [
  'low-confidence',
  'invalid-output',
  'out-of-scope',
  'specialist-failed',
  'too-slow',
  'audit-sample',
] as const;
export type EscalationReason = (typeof escalationReasons)[number];

/**
 * What is known of a local answer before it is given out. A signal that this task kind or engine does not have
 * is null, never 0; names are those that a calibration was fitted on.
 */
export type Signals = Readonly<Record<string, number | null>>;

/** What a policy decides from: a local answer, or the failure to get one. */
export interface PolicyInput {
  readonly signals: Signals;
  /** False where the answer breaks its JSON Schema or is no label; null where nothing is to be checked. */
  readonly valid: boolean | null;
  /** The specialist gave no answer: an error, a full queue, or a deadline. */
  readonly failure: 'specialist-failed' | 'too-slow' | null;
  /** Uniform in [0, 1), drawn by the caller: the policy itself is pure. */
  readonly draw: number;
}

/** Where a request is answered, and why. */
export interface PolicyDecision {
  readonly route: 'local' | 'large';
  /** Null exactly for the route `local`. */
  readonly reason: EscalationReason | null;
  /** Calibrated probability that the local answer is right, 0..1; null where there is none. */
  readonly confidence: number | null;
}

/** Decides a route. Pure: the simulation and the gateway call the same code. */
export interface CascadePolicy {
  decide(input: PolicyInput): PolicyDecision;
}
