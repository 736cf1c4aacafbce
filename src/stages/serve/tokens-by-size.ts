/** About so many bytes make a token, where nobody counted. */
const bytesPerToken = 4;

/** Tokens that a text of so many bytes has, roughly. */
export function tokensBySize(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}
