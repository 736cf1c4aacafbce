import { sha256 } from '../../../core/hash.ts';
import { NearTexts } from '../../../text/near-texts.ts';

/** What a text is compared by: Unicode form, white space and case make no difference. */
export const sameTextKey = (text: string): string =>
  sha256(text.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase());

/** Inputs that are there already. */
export class KnownInputs {
  readonly #keys = new Set<string>();
  readonly #near: NearTexts;
  readonly #maxSimilarity: number;

  /** @param maxSimilarity from which a text counts as a near duplicate, 0..1 */
  constructor(texts: Iterable<string>, maxSimilarity: number) {
    this.#near = new NearTexts();
    this.#maxSimilarity = maxSimilarity;
    for (const text of texts) this.add(text);
  }

  add(text: string): void {
    this.#keys.add(sameTextKey(text));
    this.#near.add(text);
  }

  /** `duplicate` of a known input or near one; null where it is new. */
  likeness(text: string): 'duplicate' | 'near-duplicate' | null {
    if (this.#keys.has(sameTextKey(text))) return 'duplicate';
    return this.#near.nearest(text) >= this.#maxSimilarity ? 'near-duplicate' : null;
  }
}
