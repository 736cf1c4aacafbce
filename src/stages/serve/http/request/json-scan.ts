import type { ByteRange } from '../../answerer.ts';
import { RequestError } from './request-error.ts';

const quote = 0x22;
const backslash = 0x5c;
/** So many bytes of a string are looked at one by one before the native search takes over. */
const nearBytes = 32;

/**
 * Looks through JSON text before it is parsed: bounds its nesting and finds the values of the top level. It does not
 * check the grammar, the parser does.
 *
 * A key that stands twice on the top level is refused: routes and scopes are decided there, and a server behind might
 * read the other one. Further down the last one counts, as in every common parser.
 * @throws RequestError `json-too-deep` | `duplicate-key` (400)
 */
export function scanJson(raw: Buffer, maxDepth: number): Map<string, ByteRange> {
  const ranges = new Map<string, ByteRange>();
  let depth = 0;
  let key: string | null = null;
  let valueStart = -1;
  // One after the last byte that is no white space: where a value ends.
  let end = 0;
  const closeMember = () => {
    if (key !== null && valueStart !== -1) {
      if (ranges.has(key)) throw duplicateKey(key);
      ranges.set(key, [valueStart, end]);
    }
    key = null;
    valueStart = -1;
  };
  for (let at = 0; at < raw.length; at += 1) {
    switch (raw[at]) {
      case quote: {
        const close = stringEnd(raw, at);
        if (depth === 1 && key === null) key = keyText(raw, at, close);
        at = close;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > maxDepth) throw tooDeep(maxDepth);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        if (depth === 1) closeMember();
        depth -= 1;
        break;
      case 0x2c: // ,
        if (depth === 1) closeMember();
        break;
      case 0x3a: // :
        if (depth === 1 && valueStart === -1) valueStart = skipSpace(raw, at + 1);
        break;
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        continue;
    }
    end = at + 1;
  }
  return ranges;
}

/** Index of the closing quote, or the length where there is none. */
function stringEnd(raw: Buffer, open: number): number {
  let at = open + 1;
  for (const near = Math.min(at + nearBytes, raw.length); at < near; at += 1) {
    const byte = raw[at];
    if (byte === quote) return at;
    if (byte === backslash) at += 1;
  }
  for (;;) {
    const close = raw.indexOf(quote, at);
    if (close === -1) return raw.length;
    let slashes = 0;
    while (close - 1 - slashes >= at && raw[close - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return close;
    at = close + 1;
  }
}

function skipSpace(raw: Buffer, from: number): number {
  let at = from;
  while (raw[at] === 0x20 || raw[at] === 0x09 || raw[at] === 0x0a || raw[at] === 0x0d) at += 1;
  return at;
}

/** `"mod\u0065l"` is the key `model`. */
function keyText(raw: Buffer, open: number, close: number): string {
  const text = raw.toString('utf8', open + 1, close);
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

function tooDeep(maxDepth: number): RequestError {
  return new RequestError(
    400,
    'json-too-deep',
    `The body nests deeper than ${maxDepth} levels`,
    'Send a flatter body, or raise serve.limits.maxJsonDepth.',
  );
}

function duplicateKey(key: string): RequestError {
  return new RequestError(
    400,
    'duplicate-key',
    `The key ${JSON.stringify(key.slice(0, 64))} stands twice in the body`,
    'Send every parameter once.',
    { param: key.slice(0, 64) },
  );
}
