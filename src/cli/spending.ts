import type { SpendingPlan } from '../app/growing/views.ts';
import { ConfigError } from '../core/errors/index.ts';
import { spendingLine, spendingPlanScreen } from './render/screens/growing.ts';
import type { VerbContext } from './verb.ts';

/** Options of every verb that costs money. */
export interface SpendingOptions {
  readonly budgetUsd?: number;
  readonly yes?: boolean;
  readonly acceptTerms?: boolean;
}

/**
 * Leave to spend: given by --yes, or at the terminal after the plan was shown.
 * @throws ConfigError `confirmation-needed`, with the plan, where nobody can be asked
 */
export async function confirmSpending(
  context: VerbContext,
  { yes }: SpendingOptions,
  plan: SpendingPlan,
): Promise<boolean> {
  if (yes) return true;
  const answer = await context.confirm(screen => spendingPlanScreen(screen, plan), 'Spend that?');
  if (answer !== null) return answer;
  throw new ConfigError(
    'confirmation-needed',
    `This would cost ${spendingLine(plan)}, and there is no terminal to confirm it at`,
    'Give --yes to spend it, and --budget-usd to bound it.',
    { details: { plan } },
  );
}
