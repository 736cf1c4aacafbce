/** Text of one page, or of a whole document that has no pages. */
export interface DocumentPage {
  /** From 1; null where the format has no pages. */
  readonly page: number | null;
  readonly text: string;
}

/** Why a document cannot be used. */
export interface DocumentProblem {
  /** `encrypted`, `too-large`, `too-slow`, `unreadable`, `unsupported`, `no-text`. */
  readonly code: string;
  readonly reason: string;
}

/** What came of reading a document. */
export type DocumentRead =
  | {
      readonly pages: readonly DocumentPage[];
      /** What of the document is not among its pages, and why; absent where all of it is. */
      readonly leftOut?: readonly string[];
    }
  | { readonly problem: DocumentProblem };

/** A file of the folder that gave nothing, or not all it holds. */
export interface UnreadDocument extends DocumentProblem {
  /** Relative to the folder, with `/`. */
  readonly file: string;
}

/** Bounds while one document is read. */
export interface ReadBounds {
  readonly maxPages: number;
  /** Characters kept of one document. */
  readonly maxCharacters: number;
  /** Bytes that an archive may unpack to: more is a bomb. */
  readonly maxUnpackedBytes: number;
}

/** Bytes that the parts of a document may unpack to, at most. */
export const maxUnpackedBytes = 200_000_000;

/** Characters kept of one document, at most: a book has about a million. */
export const maxDocumentCharacters = 5_000_000;

/** The text of a document without pages, up to its bound. */
export function textWithin(text: string, { maxCharacters }: ReadBounds): DocumentRead {
  const pages = [{ page: null, text: text.slice(0, maxCharacters) }];
  return text.length <= maxCharacters ? { pages } : { pages, leftOut: [afterCharacters(maxCharacters)] };
}

/** Says that a document goes on after its bound. */
export function afterCharacters(maxCharacters: number): string {
  return `what follows its first ${maxCharacters.toLocaleString('en-US')} characters is left out`;
}

/** A problem as a result. */
export const problem = (code: string, reason: string): DocumentRead => ({ problem: { code, reason } });
