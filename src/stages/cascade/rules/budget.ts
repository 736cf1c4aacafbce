import { ConfigError } from '../../../core/errors/index.ts';
import { wilsonInterval } from '../../../stats/proportions/wilson-interval.ts';
import { regionAbove, type TestedRows } from '../fit/tested-rows.ts';
import type { CascadeRule } from '../schema.ts';
import { nothingInstead, percent, type RuleOutcome } from './rule-outcome.ts';

type Budget = Extract<CascadeRule, { kind: 'budget' }>;

/**
 * The surest answers are given locally, as few as the budget allows. Audited requests are escalated too and count.
 * @throws ConfigError `large-price-unknown` where a cost is given and no answer of the large model has one
 */
export function applyBudget(rule: Budget, tested: TestedRows, auditShare: number): RuleOutcome {
  const n = tested.rows.length;
  const most = rule.maxEscalatedShare ?? shareFor(rule.maxCostUsdPer1k!, tested);
  // Of requests that would be answered locally, auditShare is escalated all the same.
  const allowed = auditShare < 1 ? Math.max(0, (most - auditShare) / (1 - auditShare)) : 0;
  const target = Math.max(0, n - Math.floor(allowed * n + 1e-9));
  const descending = Float64Array.from(tested.scores).sort().reverse();
  const answerable = descending.indexOf(Number.NEGATIVE_INFINITY);
  const possible = answerable === -1 ? n : answerable;
  const threshold = target === 0 ? null : below(descending, Math.min(target, possible));
  const local = tested.rows.filter((_, row) => threshold !== null && tested.scores[row]! > threshold);
  const escalated = wilsonInterval(n - local.length, n);
  const errors = local.filter(row => !row.correct).length;
  const smallestShare = 1 - (possible / n) * (1 - auditShare);
  const met = target <= possible && most >= auditShare;
  const found = `On ${n} rows ${percent(escalated.value)} are escalated by confidence (95 %: ${percent(escalated.low)} to ${percent(escalated.high)}), and ${errors} of ${local.length} local answers are wrong.`;
  return {
    local: regionAbove(threshold),
    goal: {
      met,
      statement: met
        ? `At most ${percent(most)} of requests are escalated. ${found}`
        : `"At most ${percent(most)} escalated" cannot be kept: failed, invalid, out-of-scope and audited requests alone are ${percent(smallestShare)}. ${found}`,
      evidence: { rows: n, answered: local.length, errors, upperBound: null, difference: null },
      instead: met ? null : { ...nothingInstead, smallestShare },
    },
  };
}

/** Share of requests that so much money pays for. */
function shareFor(maxCostUsdPer1k: number, { rows }: TestedRows): number {
  const costs = rows.flatMap(({ largeCostUsd }) => (largeCostUsd === null ? [] : [largeCostUsd]));
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  if (!(mean > 0))
    throw new ConfigError(
      'large-price-unknown',
      'cascade.rule.maxCostUsdPer1k needs the cost of the large model’s answers, which is not known',
      'Set large.price, or give recorded answers with "costUsd", or use maxEscalatedShare.',
    );
  return Math.min(1, maxCostUsdPer1k / (1000 * mean));
}

/** The largest threshold above which at least `count` scores lie. */
function below(descending: Float64Array, count: number): number | null {
  if (count === 0) return null;
  const last = descending[count - 1]!;
  return descending.find(score => score < last) ?? Number.NEGATIVE_INFINITY;
}
