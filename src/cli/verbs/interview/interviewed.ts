import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { App, DecideOptions } from '../../../app/app.ts';
import { ConfigError } from '../../../core/errors/index.ts';
import { decisionScreen } from '../../render/screens/decision.ts';
import type { VerbContext, VerbResult } from '../../verb.ts';
import { interviewLoop } from './interview-loop.ts';

/** Where the answers go when no file is named: in the workspace. */
const defaultAnswers = 'answers.yaml';

/**
 * Asks for the answers in the terminal, and decides from them.
 * @throws ConfigError `interview-needs-terminal`, and what the interview and the decision throw
 */
export async function interviewed(
  context: VerbContext,
  app: App,
  { save, again }: { readonly save?: string; readonly again?: boolean },
  request: Omit<DecideOptions, 'answersFile'>,
): Promise<VerbResult> {
  const terminal = context.terminal();
  if (terminal === null)
    throw new ConfigError(
      'interview-needs-terminal',
      'There is no terminal to ask at',
      'Name a file of answers with --answers; docs/guide/decide.md has one to begin with.',
    );
  const saveFile =
    save === undefined ? join(context.workspaceDir, defaultAnswers) : resolve(context.currentDir, save);
  const shown = relative(context.currentDir, saveFile);
  const { logFile, alias } = request;
  const interview = await app.interview({
    saveFile,
    ...(logFile === undefined ? {} : { logFile }),
    ...(alias === undefined ? {} : { alias }),
    ...(again ? { again } : {}),
  });
  if (!(await interviewLoop(terminal, interview, shown)))
    return {
      json: { file: saveFile, complete: false },
      text: screen =>
        `\n${existsSync(saveFile) ? `What was answered is in ${shown}.` : 'Nothing was answered.'}\n${screen.dim('Go on:')} ${command(context, `--interview${save === undefined ? '' : ` --save ${shown}`}`)}`,
    };
  const decision = await app.decide({ ...request, answersFile: saveFile });
  return {
    json: decision,
    text: screen =>
      `\n${decisionScreen(screen, decision)}\n\n${screen.dim('Decide again:')} ${command(context, `--answers ${shown}`)}`,
  };
}

/** The command that goes on from here, in the folder this one was typed in. */
function command({ workspaceDir, currentDir }: VerbContext, flags: string): string {
  const workspace = workspaceDir === currentDir ? '' : ` --workspace ${relative(currentDir, workspaceDir)}`;
  return `stepdown decide ${flags}${workspace}`;
}
