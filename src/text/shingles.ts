/** Characters in a shingle. */
const shingleLength = 3;

/**
 * A text as near duplicates are compared: Unicode NFKC, lower case, everything but letters and digits as one blank.
 */
function normalized(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

/**
 * The set of character 3-shingles of a text, each hashed to 32 bits, ascending and without repetition. A text of
 * fewer characters is one shingle; one without letters and digits has none.
 *
 * @see A. Broder, "On the resemblance and containment of documents", SEQUENCES 1997
 * @see J. Leskovec, A. Rajaraman, J. Ullman, "Mining of Massive Datasets", 3rd ed., section 3.2
 */
export function shinglesOf(text: string): Uint32Array {
  const plain = normalized(text);
  if (plain === '') return new Uint32Array(0);
  const count = Math.max(1, plain.length - shingleLength + 1);
  const hashes = new Uint32Array(count);
  for (let start = 0; start < count; start++) {
    let hash = 0x811c9dc5;
    for (let at = start; at < start + shingleLength && at < plain.length; at++)
      hash = Math.imul(hash ^ plain.charCodeAt(at), 0x01000193);
    hashes[start] = mixed(hash);
  }
  hashes.sort();
  let kept = 1;
  for (let at = 1; at < count; at++) if (hashes[at] !== hashes[at - 1]) hashes[kept++] = hashes[at]!;
  return hashes.subarray(0, kept);
}

/**
 * Jaccard similarity of two sets: what they share over what they have together, 0..1; 0 where both are empty.
 *
 * @param a ascending, without repetition
 * @param b ascending, without repetition
 */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [left, right, shared] = [0, 0, 0];
  while (left < a.length && right < b.length) {
    const difference = a[left]! - b[right]!;
    if (difference === 0) shared++;
    if (difference <= 0) left++;
    if (difference >= 0) right++;
  }
  const together = a.length + b.length - shared;
  return together === 0 ? 0 : shared / together;
}

/** Spreads every bit over all others. @see A. Appleby, MurmurHash3, fmix32 */
export function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
