import type { Problem } from '../../../core/stage.ts';
import { metricsFor } from '../../../metrics/index.ts';
import type { EvaluateParameters } from '../dependencies.ts';
import type { GateRule } from '../schema.ts';
import { knownSystems } from '../systems/known-systems.ts';

/** Why a gate cannot be answered, before hours or money are spent on rows that it would not get; null where it can. */
export function gateProblem(rule: GateRule, parameters: EvaluateParameters): Problem | null {
  const problem = (code: string, message: string, hint: string): Problem => ({
    category: 'usage',
    severity: 'error',
    code,
    message: `Gate "${rule.name}" ${message}`,
    hint,
  });
  const metrics = metricsFor(parameters.task).map(({ name }) => name);
  if (rule.metric !== undefined && !metrics.includes(rule.metric))
    return problem(
      'gate-metric-unknown',
      `asks for metric "${rule.metric}", which ${parameters.task.kind} tasks do not have`,
      `Set evaluate.gates[].metric to one of ${metrics.join(', ')}.`,
    );
  if (rule.kind === 'threshold') return null;
  const { measured, withoutProbabilities } = knownSystems(parameters);
  if (!measured.includes(rule.reference))
    return problem(
      'gate-reference-missing',
      `needs system "${rule.reference}", which will not be evaluated`,
      `Set evaluate.gates[].reference to one of ${measured.join(', ')}, or add it to evaluate.systems (large: configure it).`,
    );
  if (rule.metric === 'label-probability' && withoutProbabilities.includes(rule.reference))
    return problem(
      'gate-metric-unscored',
      `compares label-probability, which "${rule.reference}" does not have: it answers without scoring labels`,
      'Choose another metric in evaluate.gates.',
    );
  return null;
}
