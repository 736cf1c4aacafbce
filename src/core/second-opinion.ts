/** What asks a model once more about its own answer, where its log-probabilities are missing or say too little. */
export const secondOpinionKinds = ['agreement', 'verifier'] as const;
export type SecondOpinionKind = (typeof secondOpinionKinds)[number];

/** What came of it. A part that was not asked for is absent; one that was, and has no answer, is null. */
export interface SecondOpinion {
  /** How far a second, sampled answer says the same, 0..1. */
  readonly agreement?: number | null;
  /** How far the model calls its answer right when asked, 0..1. */
  readonly verified?: number | null;
}
