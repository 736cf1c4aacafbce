import { openTestSplit } from '../../store/test-split.ts';
import { absolute } from '../run-stage.ts';
import type { Workspace } from '../workspace.ts';
import type { InputKeys } from './input-keys.ts';

/** Keys of the inputs in the test split: all of it that leaves here. Null where the workspace has no dataset. */
export async function testSplitKeys(workspace: Workspace, keys: InputKeys): Promise<Set<string> | null> {
  const run = await (await workspace.runs()).latest('data');
  const path = run?.outputs[0]?.path;
  if (path === undefined) return null;
  const examples = await openTestSplit(absolute(workspace.dir, path));
  return new Set(
    examples.flatMap(({ messages }) => [
      keys.of(messages),
      keys.of(messages.filter(message => message.role !== 'system')),
    ]),
  );
}
