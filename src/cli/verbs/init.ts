import { initWorkspace } from '../../config/init.ts';
import type { TaskKind } from '../../core/task.ts';
import type { Verb } from '../verb.ts';

/** `stepdown init <kind>`: writes stepdown.yaml and its JSON Schema. */
export const init: Verb<{ readonly name?: string }> = async (context, options, kind) => {
  const written = await initWorkspace({
    workspaceDir: context.workspaceDir,
    kind: kind as TaskKind,
    ...(options.name === undefined ? {} : { name: options.name }),
  });
  return {
    json: written,
    text: screen =>
      [
        `${screen.good('Wrote')} ${written.config}`,
        `${screen.good('Wrote')} ${written.schema} ${screen.dim('(for editors)')}`,
        '',
        'Next:',
        `  1. name your rows under ${screen.bold('data')} in stepdown.yaml`,
        `  2. ${screen.accent('stepdown doctor')}    see whether this machine can do it`,
        `  3. ${screen.accent('stepdown run')}       train, measure, quantise, report`,
      ].join('\n'),
  };
};
