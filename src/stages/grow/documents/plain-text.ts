import { afterCharacters, type DocumentRead, problem, type ReadBounds, textWithin } from './document.ts';

/** Plain text in UTF-8 or, with its mark, UTF-16. */
export function readPlainText(bytes: Uint8Array, bounds: ReadBounds): DocumentRead {
  const text = decode(bytes);
  if (text === null) return problem('unreadable', 'it is neither UTF-8 nor UTF-16 text');
  return textWithin(text, bounds);
}

/** Markdown is read as it is written, without its front matter, comments, images and link addresses. */
export function readMarkdown(bytes: Uint8Array, bounds: ReadBounds): DocumentRead {
  const text = decode(bytes);
  if (text === null) return problem('unreadable', 'it is neither UTF-8 nor UTF-16 text');
  const body = text
    .slice(0, bounds.maxCharacters)
    .replace(/^---\r?\n[\s\S]{0,10000}?\r?\n---\r?\n/u, '')
    .replace(/<!--[\s\S]*?-->/gu, '')
    .replace(/!\[[^\]\n]{0,1000}\]\([^)\n]{0,2000}\)/gu, '')
    .replace(/\[([^\]\n]{1,1000})\]\([^)\n]{0,2000}\)/gu, '$1');
  const pages = [{ page: null, text: body }];
  if (text.length <= bounds.maxCharacters) return { pages };
  return { pages, leftOut: [afterCharacters(bounds.maxCharacters)] };
}

/** Null where the bytes are no text. */
export function decode(bytes: Uint8Array): string | null {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff;
  const encoding = utf16 === true ? 'utf-16be' : utf16 === false ? 'utf-8' : utf16;
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}
