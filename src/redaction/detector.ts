/** A part of a text: from `start` up to, not including, `end`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds one kind of personal or secret data. Its time must grow no faster than the text, whatever the text is. */
export interface Detector {
  /** In placeholders: `EMAIL`. */
  readonly kind: string;
  /**
   * False only where `find` would find nothing; asked first, since most texts hold none and this costs far less.
   * @param closeDigits whether the text has them, see {@link hasCloseDigits}: found out once for all detectors
   */
  mayFind(text: string, closeDigits: boolean): boolean;
  find(text: string): Iterable<Span>;
  /** What two spellings of the same value have in common, e.g. its digits; the text itself when absent. */
  normalize?(value: string): string;
}

/** The matches of a global regular expression, or the named group `value` of each where it has one. */
export function* matchesOf(pattern: RegExp, text: string): Generator<Span> {
  if (!holds(pattern, text)) return;
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) {
    const value = match.groups?.['value'];
    const start = value === undefined ? match.index : match.index + match[0].lastIndexOf(value);
    yield { start, end: start + (value ?? match[0]).length };
  }
}

/** Whether a global regular expression has a match. Most texts hold none, and to ask costs a tenth of an iterator. */
export function holds(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

/** Six digits with at most two blanks or marks between neighbours: what every number of a person or a card has. */
export function hasCloseDigits(text: string): boolean {
  return closeDigits.test(text);
}

const closeDigits = /\d(?:[ .()/+-]{0,2}\d){5}/;

/** Letters and digits only, in upper case: for numbers that may be written in groups. */
export function compact(value: string): string {
  return value.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
}
