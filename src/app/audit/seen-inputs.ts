import type { Message } from '../../core/example.ts';
import { textKey } from '../../stages/data/rows/row.ts';

/**
 * Inputs that a training used. Case, Unicode form, white space and the system message do not make another input: rather
 * one row too many counts as seen than one too few.
 */
export class SeenInputs {
  readonly #keys = new Set<string>();

  constructor(inputs: Iterable<{ readonly messages: readonly Message[] }>) {
    for (const { messages } of inputs) this.#keys.add(seenKey(messages));
  }

  has(messages: readonly Message[]): boolean {
    return this.#keys.has(seenKey(messages));
  }
}

function seenKey(messages: readonly Message[]): string {
  return textKey(
    messages.filter(({ role }) => role !== 'system'),
    true,
  );
}
