import { completionScript, type Shell } from '../completion-script.ts';
import type { Verb } from '../verb.ts';

/** `stepdown completion <shell>`: a script made from the same tree as the help. */
export const completion: Verb = async (context, _options, shell) => {
  const script = completionScript(context.program, shell as Shell);
  return { json: { shell, script }, text: () => script };
};
