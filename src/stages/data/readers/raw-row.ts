/** Columns of one row by name, as the file has them. */
export type RawRecord = Record<string, unknown>;

/** Why a row cannot be used: a stable kebab-case code and a sentence. */
export interface RowProblem {
  readonly code: string;
  readonly reason: string;
}

/** One row of a file: a record, or why there is none. */
export type RawRow =
  | { readonly line: number; readonly record: RawRecord }
  | { readonly line: number; readonly problem: RowProblem; readonly excerpt: string };

/** Longest excerpt kept of a row, in characters. */
export const maxExcerptLength = 200;

/** The beginning of a row, short enough for a list and without breaking a character in two. */
export function excerptOf(text: string): string {
  const flat = text.slice(0, maxExcerptLength * 4).replace(/\s+/g, ' ');
  if (flat.length <= maxExcerptLength) return flat;
  return `${flat.slice(0, maxExcerptLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Excerpt of a record that was read but cannot be used. */
export function excerptOfRecord(record: RawRecord): string {
  return excerptOf(
    JSON.stringify(record, (_key, value: unknown) =>
      typeof value === 'string' ? value.slice(0, maxExcerptLength * 4) : value,
    ),
  );
}
