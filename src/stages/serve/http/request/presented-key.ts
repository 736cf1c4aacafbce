import type { IncomingHttpHeaders } from 'node:http';

/** The key a client sent: as OpenAI's clients do, or as Anthropic's; null where it sent none. */
export function presentedKey(headers: IncomingHttpHeaders): string | null {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const bearer = /^bearer +(.+)$/i.exec(authorization);
    if (bearer !== null) return bearer[1]!.trim();
  }
  const key = headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}
