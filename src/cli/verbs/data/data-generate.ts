import { resolve } from 'node:path';
import { madeDatasetScreen } from '../../render/screens/data/growing.ts';
import { confirmSpending, madeExitCode, type SpendingOptions } from '../../spending.ts';
import type { Verb } from '../../verb.ts';

/** `stepdown data generate <file>`: new rows from the large model. */
export const generateData: Verb<
  SpendingOptions & { readonly rows?: number; readonly documents?: string }
> = async (context, options, file) => {
  const app = await context.openApp();
  const made = await app.generateData({
    output: resolve(context.currentDir, file!),
    acceptTerms: options.acceptTerms ?? false,
    confirm: plan => confirmSpending(context, options, plan),
    ...(options.budgetUsd === undefined ? {} : { budgetUsd: options.budgetUsd }),
    ...(options.rows === undefined ? {} : { rows: options.rows }),
    ...(options.documents === undefined ? {} : { documents: resolve(context.currentDir, options.documents) }),
  });
  return { json: made, text: screen => madeDatasetScreen(screen, made), exitCode: madeExitCode(made) };
};
