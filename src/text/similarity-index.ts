import { z } from 'zod';
import { DataError } from '../core/errors/index.ts';
import { sha256 } from '../core/hash.ts';
import { characterGrams, wordGrams } from './grams.ts';

/** Texts kept, at most; more are thinned out by a hash of their content. */
const maximumTexts = 2000;
/** Heaviest features kept of one text. */
const maximumFeaturesPerText = 64;
/** Features kept over all texts, the most frequent first: together these bound the index to about 2 MB. */
const maximumFeatures = 1 << 16;
/** Characters of a query that are looked at. */
const maximumQueryCharacters = 8192;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

/** An index in plain JSON values. Arrays are little-endian, in base64. */
export const similarityDataSchema = z.strictObject({
  /** Texts the document counts rest on. */
  documents: z.number().int().positive(),
  /** Texts that can be found. */
  texts: z.number().int().positive().max(maximumTexts),
  /** Ascending 32-bit hashes of the features. */
  hashes: base64,
  /** Texts that have the feature, 16 bits, not above 65,535. */
  counts: base64,
  /** Where the postings of each feature begin, 32 bits; one more than features. */
  offsets: base64,
  /** Text of each posting, 16 bits. */
  postings: base64,
  /** Weight of each posting, 8 bits: 255 is 1. */
  weights: base64,
});
export type SimilarityData = z.infer<typeof similarityDataSchema>;

/** Similarity to the nearest of the known texts. */
export interface SimilarityIndex {
  /**
   * Cosine of TF-IDF vectors, about 0 (nothing in common) to 1. What no known text has counts against it.
   * @param isExcluded texts that must not be found, by index
   */
  nearest(text: string, isExcluded?: (text: number) => boolean): number;
}

/** A known text; texts of one group are found for each other only online, not in `heldOut`. */
export interface KnownText {
  readonly text: string;
  readonly group: string | null;
}

/**
 * Indexes texts by words, word pairs and character triples, hashed to 32 bits, in bounded memory.
 *
 * @returns the index, and for each kept text its similarity to the nearest other one, as if it were new
 * @throws RangeError where there are no texts
 * @see K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009
 * @see G. Salton, C. Buckley, "Term-weighting approaches in automatic text retrieval", 1988
 */
export function buildSimilarityIndex(known: readonly KnownText[]): {
  readonly data: SimilarityData;
  readonly heldOut: readonly number[];
} {
  if (known.length === 0) throw new RangeError('an index needs at least one text');
  const counts = new Map<number, number>();
  for (const { text } of known)
    for (const feature of featuresOf(text).keys()) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const kept = thin(known);
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, maximumFeatures);
  const hashes = Uint32Array.from(frequent, ([feature]) => feature).sort();
  const lists = new Map<number, [text: number, weight: number][]>();
  for (const hash of hashes) lists.set(hash, []);
  kept.forEach(({ text }, index) => {
    const weighed = [...featuresOf(text)]
      .map(([feature, times]) => [feature, times * inverse(known.length, counts.get(feature)!)] as const)
      .filter(([feature]) => lists.has(feature))
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, maximumFeaturesPerText);
    const norm = Math.sqrt(weighed.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
    for (const [feature, weight] of weighed)
      lists.get(feature)!.push([index, Math.max(1, Math.round((255 * weight) / norm))]);
  });
  const ordered = [...hashes].map(hash => lists.get(hash)!);
  const offsets = new Uint32Array(hashes.length + 1);
  ordered.forEach((list, at) => {
    offsets[at + 1] = offsets[at]! + list.length;
  });
  const flat = ordered.flat();
  const data: SimilarityData = {
    documents: known.length,
    texts: kept.length,
    hashes: encode(hashes),
    counts: encode(Uint16Array.from(hashes, hash => Math.min(65_535, counts.get(hash)!))),
    offsets: encode(offsets),
    postings: encode(Uint16Array.from(flat, ([index]) => index)),
    weights: encode(Uint8Array.from(flat, ([, weight]) => weight)),
  };
  const index = openSimilarityIndex(data);
  const heldOut = kept.map(({ text, group }, own) =>
    index.nearest(text, other => other === own || (group !== null && kept[other]?.group === group)),
  );
  return { data, heldOut };
}

/**
 * Opens an index, checking that its parts fit together.
 * @throws DataError `similarity-index-invalid`
 */
export function openSimilarityIndex(data: SimilarityData): SimilarityIndex {
  const hashes = decode(data.hashes, Uint32Array);
  const counts = decode(data.counts, Uint16Array);
  const offsets = decode(data.offsets, Uint32Array);
  const postings = decode(data.postings, Uint16Array);
  const weights = decode(data.weights, Uint8Array);
  const fits =
    counts.length === hashes.length &&
    offsets.length === hashes.length + 1 &&
    offsets[0] === 0 &&
    offsets.every((offset, at) => at === 0 || offset >= offsets[at - 1]!) &&
    offsets.at(-1) === postings.length &&
    weights.length === postings.length &&
    postings.every(text => text < data.texts);
  if (!fits) throw invalid();
  const featureAt = new Map(Array.from(hashes, (hash, at) => [hash, at]));
  return {
    nearest(text, isExcluded = () => false) {
      const similarity = new Float64Array(data.texts);
      let norm = 0;
      for (const [feature, times] of featuresOf(text.slice(0, maximumQueryCharacters))) {
        const at = featureAt.get(feature);
        const weight = times * inverse(data.documents, at === undefined ? 0 : counts[at]!);
        norm += weight * weight;
        if (at === undefined) continue;
        for (let place = offsets[at]!; place < offsets[at + 1]!; place++)
          similarity[postings[place]!]! += (weight * weights[place]!) / 255;
      }
      let best = 0;
      similarity.forEach((value, index) => {
        if (value > best && !isExcluded(index)) best = value;
      });
      return norm === 0 ? 0 : Math.min(1, best / Math.sqrt(norm));
    },
  };
}

const inverse = (documents: number, count: number) => Math.log((1 + documents) / (1 + count)) + 1;

const triples = characterGrams(3, 3);

/** How often each hashed feature occurs. */
function featuresOf(text: string): Map<number, number> {
  const features = new Map<number, number>();
  const add = (prefix: string, gram: string) => {
    const feature = fnv1a(prefix + gram);
    features.set(feature, (features.get(feature) ?? 0) + 1);
  };
  for (const gram of wordGrams(text)) add('w', gram);
  for (const gram of triples(text)) add('c', gram);
  return features;
}

/** @see http://www.isthe.com/chongo/tech/comp/fnv/ (FNV-1a, 32 bits, over UTF-16 code units) */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** At most so many texts, chosen by a hash of their content: the same whatever their order. */
function thin(known: readonly KnownText[]): readonly KnownText[] {
  if (known.length <= maximumTexts) return known;
  return known
    .map(entry => ({ entry, rank: sha256(entry.text) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, maximumTexts)
    .map(({ entry }) => entry);
}

type Numbers = Uint8Array | Uint16Array | Uint32Array;

function encode(numbers: Numbers): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

function decode<T extends Numbers>(
  text: string,
  Kind: { new (buffer: ArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
): T {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % Kind.BYTES_PER_ELEMENT !== 0) throw invalid();
  return new Kind(new Uint8Array(bytes).buffer);
}

const invalid = () =>
  new DataError(
    'similarity-index-invalid',
    'The parts of the similarity index in the calibration do not fit together',
    'Run `stepdown cascade calibrate` again.',
  );
