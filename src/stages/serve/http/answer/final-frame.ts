/** Bytes at the end of a chunk in which the last event of a stream is looked for. */
const tailBytes = 256;
const ends = [Buffer.from('data: [DONE]'), Buffer.from('data:[DONE]'), Buffer.from('event: message_stop')];

/**
 * Where the event that tells a client its answer is complete begins in a chunk of whole frames; -1 where it does not.
 * The same words inside an answer cannot be taken for it: there they follow a quote, not a line's end.
 */
export function finalFrameStart(chunk: Uint8Array): number {
  const from = Math.max(0, chunk.length - tailBytes);
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (const end of ends) {
    const at = bytes.lastIndexOf(end);
    if (at >= from && (at === 0 || bytes[at - 1] === 0x0a)) return at;
  }
  return -1;
}
