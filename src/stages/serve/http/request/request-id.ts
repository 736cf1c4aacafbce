import { randomUUID } from 'node:crypto';

/**
 * A new id for a request: UUID version 7, so that ids sort by time and captures are appended rather than inserted.
 * Ids that clients send are not used, as two requests could bring the same.
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7
 */
export function newRequestId(at: number): string {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
