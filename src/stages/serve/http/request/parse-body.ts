import { isUtf8 } from 'node:buffer';
import type { ByteRange } from '../../answerer.ts';
import { scanJson } from './json-scan.ts';
import { RequestError } from './request-error.ts';

/** A body that is a JSON object. */
export interface ParsedBody {
  readonly body: Readonly<Record<string, unknown>>;
  /** Where the values of the top level stand, in bytes, by key. */
  readonly ranges: ReadonlyMap<string, ByteRange>;
}

/**
 * Parses a request body, once.
 * @throws RequestError `invalid-utf8` | `json-too-deep` | `duplicate-key` | `invalid-json` | `body-not-object` (400)
 */
export function parseBody(raw: Buffer, maxJsonDepth: number): ParsedBody {
  if (!isUtf8(raw)) throw refused('invalid-utf8', 'The body is not UTF-8 text', 'Send JSON in UTF-8.');
  const ranges = scanJson(raw, maxJsonDepth);
  let body: unknown;
  try {
    body = JSON.parse(raw.toString('utf8'));
  } catch {
    // The parser's own words quote the body, which may be confidential.
    throw refused('invalid-json', 'The body is not valid JSON', 'Send one JSON object.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refused('body-not-object', 'The body is no JSON object', 'Send one JSON object.');
  }
  return { body: body as Record<string, unknown>, ranges };
}

function refused(code: string, message: string, hint: string): RequestError {
  return new RequestError(400, code, message, hint);
}
