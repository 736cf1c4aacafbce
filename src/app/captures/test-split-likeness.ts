import type { Message } from '../../core/example.ts';
import { openTestSplit } from '../../store/test-split.ts';
import { NearTexts } from '../../text/near-texts.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import type { InputKeys } from './input-keys.ts';

/** Similarity (Jaccard of character 5-grams) from which an input is a test row with a small change. */
const nearlySame = 0.8;
/** Share of a test row that a longer message holds, from which it is that row within a prompt. */
const nearlyWhole = 0.85;

/** Whether the conversation of a capture is one of the test split, or holds one that is nearly the same. */
export type TestSplitLikeness = (messages: readonly Message[]) => 'in-test-split' | 'near-test-split' | null;

/**
 * Reads the test split; hashes of its inputs are all that is kept of it. A capture is compared as a whole, without
 * system messages, and by each user message, since clients wrap inputs in prompts and ask again with small changes.
 * @returns null where the workspace has no dataset
 */
export async function testSplitLikeness(
  workspace: Workspace,
  keys: InputKeys,
): Promise<TestSplitLikeness | null> {
  const run = await (await workspace.runs()).latest('data');
  const path = run?.outputs[0]?.path;
  if (path === undefined) return null;
  const known = new Set<string>();
  const near = new NearTexts();
  for (const { messages } of await openTestSplit(absolute(workspace.dir, path))) {
    for (const form of [messages, spokenOf(messages)]) known.add(keys.of(form));
    near.add(textOf(keys, spokenOf(messages)));
  }
  // Captures come again and again: each conversation is compared once.
  const seen = new Map<string, boolean>();
  const isNear = (messages: readonly Message[]) => {
    const spoken = spokenOf(messages);
    const key = keys.of(spoken);
    const before = seen.get(key);
    if (before !== undefined) return before;
    const asked = spoken.filter(({ role }) => role === 'user').map(message => textOf(keys, [message]));
    const found = [textOf(keys, spoken), ...asked].some(
      text => near.nearest(text) >= nearlySame || near.contained(text) >= nearlyWhole,
    );
    seen.set(key, found);
    return found;
  };
  return messages => {
    if (keys.variants(messages).some(key => known.has(key))) return 'in-test-split';
    return isNear(messages) ? 'near-test-split' : null;
  };
}

const spokenOf = (messages: readonly Message[]) => messages.filter(({ role }) => role !== 'system');

const textOf = (keys: InputKeys, messages: readonly Message[]) =>
  messages.map(message => keys.plain(message.content)).join('\n\n');
