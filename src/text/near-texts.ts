import { characterGrams } from './grams.ts';

const grams = characterGrams(5, 5);
/** About six words. */
const fewestContained = 30;

/**
 * Known texts, to be asked how near another one comes. Holds hashes only, so that a text cannot be read out of it.
 * Case, white space, Unicode form and the value of digits make no difference.
 *
 * @see A. Z. Broder, "On the resemblance and containment of documents", 1997 (resemblance of shingle sets)
 */
export class NearTexts {
  readonly #postings = new Map<number, number[]>();
  readonly #sizes: number[] = [];

  constructor(texts: Iterable<string> = []) {
    for (const text of texts) this.add(text);
  }

  add(text: string): void {
    const shingles = shinglesOf(text);
    const own = this.#sizes.push(shingles.size) - 1;
    for (const shingle of shingles) {
      const list = this.#postings.get(shingle);
      if (list) list.push(own);
      else this.#postings.set(shingle, [own]);
    }
  }

  /** Jaccard similarity of the sets of character 5-grams with the nearest known text, 0..1; 0 where none is known. */
  nearest(text: string): number {
    const shingles = shinglesOf(text);
    let best = 0;
    for (const [known, shared] of this.#common(shingles))
      best = Math.max(best, shared / (shingles.size + this.#sizes[known]! - shared));
    return best;
  }

  /**
   * Largest share of a known text's 5-grams that another text has, 0..1: nearly 1 where it holds a known text, as marks beside it differ. Known texts of
   * fewer than {@link fewestContained} 5-grams are not looked for, as any long text may hold them.
   */
  contained(text: string): number {
    let best = 0;
    for (const [known, shared] of this.#common(shinglesOf(text))) {
      const size = this.#sizes[known]!;
      if (size >= fewestContained) best = Math.max(best, shared / size);
    }
    return best;
  }

  /** How many shingles each known text shares with others. */
  #common(shingles: ReadonlySet<number>): ReadonlyMap<number, number> {
    const common = new Map<number, number>();
    for (const shingle of shingles)
      for (const known of this.#postings.get(shingle) ?? []) common.set(known, (common.get(known) ?? 0) + 1);
    return common;
  }
}

function shinglesOf(text: string): Set<number> {
  const folded = text
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/\p{Nd}/gu, '0');
  // Blanks at both ends mark where words begin; what is shorter than a shingle is filled up, so that it has one.
  return new Set(grams(` ${folded.padEnd(3, '\u0000')} `).map(fnv1a));
}

/** @see http://www.isthe.com/chongo/tech/comp/fnv/ (FNV-1a, 32 bits, over UTF-16 code units) */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
