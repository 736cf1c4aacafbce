import { type CostAtRate, costByRate } from '../cost/cost-by-rate.ts';
import type { Answers } from '../schema.ts';
import type { Evidence } from '../situation/evidence.ts';
import type { Situation } from '../situation/situation.ts';
import type { Decision } from '../verdict/decide.ts';

/** Everything the document shows; nothing in it is computed while it is written. */
export interface DecisionDocumentData {
  /** What is decided about: the workspace's name, or the file of answers. */
  readonly name: string;
  readonly decision: Decision;
  readonly answers: Answers;
  readonly evidence: Evidence;
  readonly costByRate: readonly CostAtRate[];
  /** Day of the decision, `YYYY-MM-DD`. */
  readonly date: string;
}

/** Gathers what the document shows. */
export function decisionDocumentData(
  name: string,
  situation: Situation,
  decision: Decision,
): DecisionDocumentData {
  const { requestsPerSecond, low, high } = decision.breakEven;
  return {
    name,
    decision,
    answers: situation.answers,
    evidence: situation.evidence,
    costByRate: costByRate(
      situation,
      [requestsPerSecond, low, high].filter(rate => rate !== null),
    ),
    date: situation.today.toISOString().slice(0, 10),
  };
}
