import { completionScript, type Shell } from '../completion-script.ts';
import { createProgram } from '../program.ts';
import { createScreen } from '../render/screen.ts';
import type { Verb } from '../verb.ts';

/** `stepdown completion <shell>`: a script made from the same tree as the help. */
export const completion: Verb = async (_context, _options, shell) => {
  const program = createProgram(createScreen({ columns: null, colour: false }), async () => {});
  const script = completionScript(program, shell as Shell);
  return { json: { shell, script }, text: () => script };
};
