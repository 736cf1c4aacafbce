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
  | { readonly pages: readonly DocumentPage[] }
  | { readonly problem: DocumentProblem };

/** A file of the folder that gave nothing. */
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

/** A problem as a result. */
export const problem = (code: string, reason: string): DocumentRead => ({ problem: { code, reason } });
