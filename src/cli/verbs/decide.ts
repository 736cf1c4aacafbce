import { resolve } from 'node:path';
import { decisionScreen } from '../render/screens/decision.ts';
import type { Verb } from '../verb.ts';

/** Where the decision is written when no file is named. */
const defaultReport = 'decision.html';

/** `stepdown decide`: a verdict from answers and from what the workspace has measured. */
export const decide: Verb<{
  readonly answers?: string;
  readonly log?: string;
  readonly report?: string | true;
}> = async (context, options) => {
  const app = await context.openApp();
  const file = (name: string) => resolve(context.currentDir, name);
  const decision = await app.decide({
    ...(options.answers === undefined ? {} : { answersFile: file(options.answers) }),
    ...(options.log === undefined ? {} : { logFile: file(options.log) }),
    ...(options.report === undefined
      ? {}
      : { reportFile: file(options.report === true ? defaultReport : options.report) }),
  });
  return { json: decision, text: screen => decisionScreen(screen, decision) };
};
