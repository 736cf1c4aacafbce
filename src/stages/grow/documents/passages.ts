import type { DocumentPage } from './document.ts';

/** A piece of a document, short enough for a request. */
export interface Passage {
  /** File of the document, relative to its folder. */
  readonly file: string;
  /** From 1; null where the format has no pages. */
  readonly page: number | null;
  readonly text: string;
}

/** Shorter pieces (page numbers, headings) say too little to write anything about. */
const shortestPassage = 80;

/** Cuts pages into passages of at most so many characters, at paragraphs, else at sentences, else at blanks. */
export function passagesOf(file: string, pages: readonly DocumentPage[], characters: number): Passage[] {
  return pages.flatMap(({ page, text }) =>
    cut(text, characters)
      .filter(piece => piece.length >= shortestPassage)
      .map(piece => ({ file, page, text: piece })),
  );
}

function cut(text: string, characters: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > characters) {
    const head = rest.slice(0, characters);
    const end = [/\n\n(?![\s\S]*\n\n)/u, /[.!?]\s(?![\s\S]*[.!?]\s)/u, /\s(?!\S*\s)/u]
      .map(boundary => head.search(boundary))
      .find(at => at > characters / 3);
    const at = end === undefined ? characters : end + 1;
    pieces.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return rest === '' ? pieces : [...pieces, rest];
}
