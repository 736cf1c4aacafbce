import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { type DocumentRead, problem, type ReadBounds } from './document.ts';

/** Reads documents; implementations never throw for what a document holds. */
export interface DocumentReader {
  /** @param path absolute */
  read(path: string, bounds: ReadBounds): Promise<DocumentRead>;
  close(): Promise<void>;
}

type Read = (bytes: Uint8Array, bounds: ReadBounds) => DocumentRead | Promise<DocumentRead>;

/** Each parser is loaded when the first document of its kind is met. */
const readers: Readonly<Record<string, () => Promise<Read>>> = {
  '.pdf': async () => (await import('./pdf.ts')).readPdf,
  '.docx': async () => (await import('./docx.ts')).readDocx,
  '.html': async () => (await import('./html.ts')).readHtml,
  '.htm': async () => (await import('./html.ts')).readHtml,
  '.md': async () => (await import('./plain-text.ts')).readMarkdown,
  '.markdown': async () => (await import('./plain-text.ts')).readMarkdown,
  '.txt': async () => (await import('./plain-text.ts')).readPlainText,
};

/** Endings of the files that can be read. */
export const documentEndings: readonly string[] = Object.keys(readers);

/** Reads one document in this process. */
export async function readDocument(path: string, bounds: ReadBounds): Promise<DocumentRead> {
  const reader = readers[extname(path).toLowerCase()];
  if (reader === undefined) return problem('unsupported', `readable are ${documentEndings.join(', ')}`);
  try {
    const found = await (await reader())(await readFile(path), bounds);
    if ('problem' in found) return found;
    const pages = found.pages
      .map(({ page, text }) => ({ page, text: tidy(text) }))
      .filter(({ text }) => text !== '');
    if (pages.length === 0)
      return problem('no-text', 'there is no text in it; a scanned document needs text recognition first');
    const leftOut = [
      ...(found.leftOut ?? []),
      ...withoutText(found.pages.length - pages.length, found.pages.length),
    ];
    return leftOut.length === 0 ? { pages } : { pages, leftOut };
  } catch (error) {
    return problem('unreadable', `it cannot be read: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** Share of pages without text from which some were probably scanned, and are not merely blank. */
const scannedFrom = 0.1;

function withoutText(empty: number, all: number): string[] {
  if (empty < scannedFrom * all || empty === 0) return [];
  return [`${empty} of ${all} pages have no text; scanned ones need text recognition first`];
}

/** Size of a file in bytes; null where it cannot be looked at. */
export async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}

/** Line breaks between paragraphs stay; other white space becomes one blank. */
function tidy(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}
