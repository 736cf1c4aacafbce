/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON Schema document (draft 2020-12 or 07), as the user wrote it. */
export type JsonSchema = { [key: string]: Json };

/**
 * Serialises a value with object keys sorted by code unit and no white space, so that equal values give
 * equal bytes. Follows RFC 8785 for the values that JSON.stringify represents exactly.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    const record = inner as Record<string, unknown>;
    return Object.fromEntries(
      Object.keys(record)
        .sort()
        .map(key => [key, record[key]]),
    );
  });
}
