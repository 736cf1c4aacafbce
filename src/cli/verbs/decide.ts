import { resolve } from 'node:path';
import { decisionScreen } from '../render/screens/decision.ts';
import type { Verb } from '../verb.ts';

/** `stepdown decide`: a verdict from answers and from what the workspace has measured. */
export const decide: Verb<{ readonly answers: string }> = async (context, options) => {
  const app = await context.openApp();
  const decision = await app.decide({ answersFile: resolve(context.currentDir, options.answers) });
  return { json: decision, text: screen => decisionScreen(screen, decision) };
};
