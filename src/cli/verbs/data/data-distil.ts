import { resolve } from 'node:path';
import { madeDatasetScreen } from '../../render/screens/data/growing.ts';
import { confirmSpending, madeExitCode, type SpendingOptions } from '../../spending.ts';
import type { Verb } from '../../verb.ts';

/** `stepdown data distil <file>`: the large model's answers as targets. */
export const distilData: Verb<
  SpendingOptions & { readonly inputs?: string; readonly minProbability?: number }
> = async (context, options, file) => {
  const app = await context.openApp();
  const made = await app.distilData({
    output: resolve(context.currentDir, file!),
    acceptTerms: options.acceptTerms ?? false,
    confirm: plan => confirmSpending(context, options, plan),
    ...(options.budgetUsd === undefined ? {} : { budgetUsd: options.budgetUsd }),
    ...(options.inputs === undefined ? {} : { inputs: resolve(context.currentDir, options.inputs) }),
    ...(options.minProbability === undefined ? {} : { minProbability: options.minProbability }),
  });
  return { json: made, text: screen => madeDatasetScreen(screen, made), exitCode: madeExitCode(made) };
};
