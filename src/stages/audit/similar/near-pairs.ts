import { type Bands, bandKeys, candidateProbability, createMinHash } from '../../../text/min-hash.ts';
import { jaccard, shinglesOf } from '../../../text/shingles.ts';
import { NumberColumn } from '../columns/number-column.ts';

/** Jaccard similarity of the 3-shingles from which two inputs are nearly equal. */
export const nearThreshold = 0.7;
/** A pair at the threshold becomes a candidate with probability 0.975, one of 0.8 with 0.9996. */
export const nearBands: Bands = { bands: 20, rowsPerBand: 5 };
/** Comparisons a row gets, so that many rows of one form do not take quadratic time. */
const maximumComparisons = 100;
/** Sets of shingles held at a time. */
const maximumSets = 50_000;

/** Two rows that are nearly equal; `earlier` was added first. */
export interface NearPair {
  readonly earlier: number;
  readonly later: number;
  /** Jaccard similarity, computed, not estimated: `nearThreshold`..1. */
  readonly similarity: number;
}

/** Finds pairs of nearly equal texts without comparing all pairs. */
export class NearPairs {
  /** Rows with more candidates than were compared. */
  limitedRows = 0;
  readonly #minHash = createMinHash(nearBands.bands * nearBands.rowsPerBand);
  readonly #rows = new NumberColumn(length => new Uint32Array(length));
  readonly #sizes = new NumberColumn(length => new Uint32Array(length));
  readonly #sets = new Map<number, Uint32Array>();
  #keys = new NumberColumn(length => new Uint32Array(length));

  /** Takes a row; its text is asked for again in `pairs`. */
  add(row: number, text: string): void {
    const set = shinglesOf(text);
    if (set.length === 0) return;
    for (const key of bandKeys(this.#minHash.signature(set), nearBands)) this.#keys.push(key);
    this.#rows.push(row);
    this.#sizes.push(set.length);
  }

  /**
   * All pairs, given once, that share a band and whose similarity, computed on their shingles, is at or above the threshold.
   * @param textOf the text of a row
   */
  *pairs(textOf: (row: number) => string): Generator<NearPair> {
    const count = this.#rows.length;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
    const head = new Int32Array(slots);
    const previous = new Int32Array(count);
    const comparisons = new Uint8Array(count);
    for (let band = 0; band < nearBands.bands; band++) {
      head.fill(-1);
      for (let later = 0; later < count; later++) {
        const key = this.#key(later, band);
        const slot = key & (slots - 1);
        for (let earlier = head[slot]!; earlier !== -1; earlier = previous[earlier]!) {
          if (this.#key(earlier, band) !== key || this.#sharesBandBefore(earlier, later, band)) continue;
          if (comparisons[later]! >= maximumComparisons) break;
          comparisons[later]! += 1;
          const similarity = this.#similarity(earlier, later, textOf);
          if (similarity >= nearThreshold)
            yield { earlier: this.#rows.at(earlier), later: this.#rows.at(later), similarity };
        }
        previous[later] = head[slot]!;
        head[slot] = later;
      }
    }
    this.limitedRows = comparisons.reduce((sum, made) => sum + (made >= maximumComparisons ? 1 : 0), 0);
    // The largest part of what an audit holds is needed no more.
    this.#sets.clear();
    this.#keys = new NumberColumn(length => new Uint32Array(length));
  }

  #key(at: number, band: number): number {
    return this.#keys.at(at * nearBands.bands + band);
  }

  /** Then the pair was compared already. */
  #sharesBandBefore(earlier: number, later: number, band: number): boolean {
    for (let before = 0; before < band; before++)
      if (this.#key(earlier, before) === this.#key(later, before)) return true;
    return false;
  }

  #similarity(earlier: number, later: number, textOf: (row: number) => string): number {
    const [a, b] = [this.#sizes.at(earlier), this.#sizes.at(later)];
    // Jaccard is never above the ratio of the sizes.
    if (Math.min(a, b) < nearThreshold * Math.max(a, b)) return 0;
    return jaccard(this.#set(earlier, textOf), this.#set(later, textOf));
  }

  #set(at: number, textOf: (row: number) => string): Uint32Array {
    const known = this.#sets.get(at);
    if (known !== undefined) return known;
    if (this.#sets.size >= maximumSets) this.#sets.clear();
    const set = shinglesOf(textOf(this.#rows.at(at)));
    this.#sets.set(at, set);
    return set;
  }
}

/** How near pairs are looked for, in a sentence. */
export const nearMethod =
  `MinHash of character 3-shingles, ${nearBands.bands} bands of ${nearBands.rowsPerBand} (Broder 1997); every candidate ` +
  `is verified: Jaccard similarity at least ${nearThreshold}. A pair at the threshold is seen with probability ` +
  `${candidateProbability(nearThreshold, nearBands).toFixed(3)}, one of 0.8 with ${candidateProbability(0.8, nearBands).toFixed(4)}.`;
