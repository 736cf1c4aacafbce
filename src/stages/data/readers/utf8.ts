/**
 * Bytes at the end that begin a character whose rest has not arrived yet, 0..3.
 * @see https://www.rfc-editor.org/rfc/rfc3629#section-3
 */
export function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    return lengthByLead(byte) > back ? back : 0;
  }
  return 0;
}

/** Index of the first byte of the first sequence that is not UTF-8; the length when all of it is. */
export function firstInvalidByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let at = 0;
  while (at < bytes.length) {
    const length = lengthByLead(bytes[at]!);
    if (length === 0) return at;
    if (length > 1) {
      try {
        decoder.decode(bytes.subarray(at, at + length));
      } catch {
        return at;
      }
    }
    at += length;
  }
  return at;
}

/** Length of a character by its first byte; 0 for a byte that begins none. */
function lengthByLead(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  if (byte >= 0xf0 && byte <= 0xf4) return 4;
  return 0;
}
