import type { MadeDataset, SpendingPlan } from '../app/growing/views.ts';
import { ConfigError } from '../core/errors/index.ts';
import { exitCodes } from '../core/errors/stepdown-error.ts';
import { spendingLine, spendingPlanScreen } from './render/screens/data/growing.ts';
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

/** Where not one row was made: whether the model failed, or nothing of what it said could be used. */
export function madeExitCode({ rows, setAside, budgetReached }: MadeDataset): number {
  if (rows > 0 || budgetReached) return 0;
  return setAside['upstream-failed'] === undefined ? exitCodes.data : exitCodes.upstream;
}
