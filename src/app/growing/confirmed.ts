import { ConfigError } from '../../core/errors/index.ts';
import { nameOf, type SpendingEstimate } from '../../stages/grow/index.ts';
import type { PaidModels } from './teacher.ts';
import type { ConfirmSpending, DocumentsView, SpendingPlan } from './views.ts';

/**
 * Shows what will be spent and asks for leave; a plan that sends nothing needs none.
 * @throws ConfigError `spending-not-confirmed`
 */
export async function confirmed(
  models: PaidModels,
  plan: {
    readonly estimate: SpendingEstimate;
    readonly answeredBefore: number;
    readonly documents: DocumentsView | null;
  },
  confirm: ConfirmSpending,
): Promise<SpendingPlan> {
  const whole: SpendingPlan = {
    teacher: nameOf(models.teacher),
    judge: models.judge && nameOf(models.judge),
    terms: models.terms,
    budgetUsd: models.budgetUsd,
    ...plan,
  };
  if (whole.estimate.requests.high === 0 || (await confirm(whole))) return whole;
  throw new ConfigError(
    'spending-not-confirmed',
    'Nothing was asked, as the spending was not confirmed',
    'Run the command again and confirm, or give --yes.',
    { details: { plan: whole } },
  );
}
