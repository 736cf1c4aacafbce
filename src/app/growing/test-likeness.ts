import { inputText } from '../../core/example.ts';
import { sameTextKey, type TestLikeness } from '../../stages/grow/index.ts';
import { openTestSplit } from '../../store/test-split.ts';
import { NearTexts } from '../../text/near-texts.ts';

/**
 * Tells whether an input is in the test split or like one of it. Hashes are all that is kept of that split, and three
 * words all that leaves here.
 * @param maxSimilarity from which an input counts as like a test row, 0..1
 */
export async function testLikenessOf(datasetDir: string, maxSimilarity: number): Promise<TestLikeness> {
  const keys = new Set<string>();
  const near = new NearTexts();
  for (const example of await openTestSplit(datasetDir)) {
    const spoken = { messages: example.messages.filter(({ role }) => role !== 'system') };
    for (const text of new Set([inputText(example), inputText(spoken)])) {
      keys.add(sameTextKey(text));
      near.add(text);
    }
  }
  return input => {
    if (keys.has(sameTextKey(input))) return 'in-test-split';
    return near.nearest(input) >= maxSimilarity ? 'near-test-split' : null;
  };
}
