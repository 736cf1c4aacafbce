import { ConfigError } from '../../../core/errors/index.ts';
import type { GateResult } from '../../../core/evaluation.ts';
import type { Task } from '../../../core/task.ts';
import { estimateMetric, groupsOf, type IntervalOptions, metricsFor } from '../../../metrics/index.ts';
import { nonInferiority } from '../../../stats/gates/non-inferiority.ts';
import { thresholdGateOfEstimate } from '../../../stats/gates/threshold-gate.ts';
import type { GateRule } from '../schema.ts';
import { compareSystems, pairRows } from '../systems/compare-systems.ts';
import type { Measured } from '../systems/measured.ts';

/**
 * Applies a gate to the specialist.
 * @throws ConfigError `gate-metric-unknown` | `gate-reference-missing`
 */
export function applyGate(
  rule: GateRule,
  task: Task,
  systems: readonly Measured[],
  options: IntervalOptions,
): GateResult {
  const metrics = metricsFor(task);
  const metric = rule.metric === undefined ? metrics[0] : metrics.find(({ name }) => name === rule.metric);
  if (!metric)
    throw new ConfigError(
      'gate-metric-unknown',
      `Gate "${rule.name}" asks for metric "${rule.metric}", which ${task.kind} tasks do not have`,
      `Set evaluate.gates[].metric to one of ${metrics.map(({ name }) => name).join(', ')}.`,
    );
  const specialist = systemNamed('specialist', rule, systems);
  const common = { name: rule.name, metric: metric.name, system: 'specialist' };
  if (rule.kind === 'threshold') {
    const { estimate } = estimateMetric(metric, specialist.examples, specialist.answers, options);
    if (!estimate) throw unscored(rule);
    const answer = thresholdGateOfEstimate(estimate, rule.threshold);
    const text = `${metric.name} of the specialist is above ${rule.threshold}`;
    return { ...common, rule: text, reference: null, margin: null, threshold: rule.threshold, ...answer };
  }
  const reference = systemNamed(rule.reference, rule, systems);
  const pairs = pairRows(metric, specialist, reference);
  if (pairs.length === 0) throw unscored(rule);
  const answer = nonInferiority({
    differences: pairs.map(pair => pair.score - pair.referenceScore),
    groups: groupsOf(pairs.map(pair => pair.example)),
    margin: rule.margin,
    binary: metric.binary,
    ...options,
  });
  // Where the metric is no mean of rows, its own paired interval decides; the rows only tell how many would do.
  const difference = metric.corpus
    ? compareSystems(metric, specialist, reference, options)?.difference
    : undefined;
  const decided = difference ? decideBy(difference, rule.margin, answer.rowsNeeded) : answer;
  const text = `${metric.name} of the specialist is at most ${rule.margin} below that of ${rule.reference}`;
  return {
    ...common,
    rule: text,
    reference: rule.reference,
    margin: rule.margin,
    threshold: null,
    ...decided,
  };
}

function decideBy(estimate: GateResult['estimate'], margin: number, rowsNeeded: number | null) {
  const outcome = estimate.low > -margin ? 'pass' : estimate.high < -margin ? 'fail' : 'not-enough-rows';
  const found = `The difference is ${estimate.value.toFixed(3)} (${estimate.low.toFixed(3)} to ${estimate.high.toFixed(3)}) on ${estimate.n} rows, against a margin of ${margin}`;
  const conclusion = {
    pass: 'not inferior',
    fail: 'inferior',
    'not-enough-rows': 'these rows cannot decide',
  }[outcome];
  const rows = outcome === 'not-enough-rows' ? rowsNeeded : null;
  const enough = rows === null ? '' : ` If it is as seen, about ${rows} rows would be enough.`;
  return { outcome, estimate, rowsNeeded: rows, explanation: `${found}: ${conclusion}.${enough}` } as const;
}

function systemNamed(id: string, rule: GateRule, systems: readonly Measured[]): Measured {
  const found = systems.find(system => system.id === id);
  if (found) return found;
  throw new ConfigError(
    'gate-reference-missing',
    `Gate "${rule.name}" needs system "${id}", which was not evaluated`,
    `Add it to evaluate.systems, or name one of ${systems.map(system => system.id).join(', ')}.`,
  );
}

const unscored = (rule: GateRule) =>
  new ConfigError(
    'gate-metric-unscored',
    `Gate "${rule.name}": no row could be scored`,
    'Choose another metric in evaluate.gates.',
  );
