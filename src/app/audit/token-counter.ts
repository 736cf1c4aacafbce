import { existsSync } from 'node:fs';
import { StepdownError } from '../../core/errors/index.ts';
import type { TokenCounter } from '../../stages/audit/index.ts';
import type { BaseResult } from '../../stages/base/index.ts';

/**
 * Counts tokens as the base model does, where its file is on this machine; null where it is not, or cannot be read.
 * Close it when done.
 */
export async function tokenCounterOf(
  base: BaseResult | null,
): Promise<{ readonly counter: TokenCounter; close(): void } | null> {
  if (base === null || !existsSync(base.baseGguf)) return null;
  // The engine is loaded only where there is something to count with.
  const { openVocabulary } = await import('../../engines/llama-cpp/native/weights.ts');
  try {
    const { vocabulary, close } = await openVocabulary(base.baseGguf);
    const count = (text: string) => vocabulary.tokenize(text).length;
    const rule = `Tokens of input and target, counted by the tokenizer of ${base.model.id}`;
    return { counter: { count, exact: true, rule }, close };
  } catch (error) {
    // Without its engine an audit still has the estimate.
    if (error instanceof StepdownError) return null;
    throw error;
  }
}
