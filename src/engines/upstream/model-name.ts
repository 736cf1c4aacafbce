/**
 * Puts a model's name into a body without serialising the rest again.
 * @param range where the value of `model` stands in `body`, in bytes; null where that is not known
 */
export function withModel(
  body: string | Uint8Array,
  range: readonly [start: number, end: number] | null,
  model: string | null,
): string | Uint8Array {
  if (model === null) return body;
  if (range === null || typeof body === 'string') {
    const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
    return JSON.stringify({ ...(JSON.parse(text) as object), model });
  }
  const [start, end] = range;
  const name = Buffer.from(JSON.stringify(model));
  return Buffer.concat([body.subarray(0, start), name, body.subarray(end)]);
}
