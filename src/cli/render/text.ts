import stringWidth from 'string-width';

// Model output and row text may carry control characters that would move the cursor or recolour the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are to be taken out
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A command in backticks is one word, so that it can be copied from one line; so is an interval in brackets. */
const unbroken = /\(?`[^`\n]*`\S*|\[[^\]\n]{1,40}\]\S*|\S+/g;

/** Columns a text takes on a terminal: colour codes take none, East Asian characters and emoji two. */
export function visibleLength(text: string): number {
  return stringWidth(text);
}

/** Fills plain text with spaces to a width in columns; what is wider stays as it is. */
export function padTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const padding = ' '.repeat(Math.max(width - visibleLength(text), 0));
  return align === 'right' ? padding + text : text + padding;
}

/** Makes text from outside safe to show: control characters become spaces. */
export function printable(text: string): string {
  return text.replace(controlCharacters, ' ');
}

/** One line of text from outside, safe to show, cut with "…" to a width. */
export function oneLine(text: string, width: number): string {
  return truncate(printable(text).replace(/\s+/g, ' ').trim(), width);
}

/** Where a row is, `file.jsonl:12`: of a long name the beginning gives way, never the number. */
export function placeText(
  { file, line }: { readonly file: string; readonly line: number },
  width: number,
): string {
  const number = `:${line}`;
  const name = printable(file);
  const most = Math.max(1, width - number.length);
  if (visibleLength(name) <= most) return name + number;
  const end = lettersWithin(lettersOf(name).toReversed(), most - 1).toReversed();
  return `…${end.join('')}${number}`;
}

/** Cuts plain text to a width in columns, ending in "…" where something is missing. */
export function truncate(text: string, width: number): string {
  if (visibleLength(text) <= width) return text;
  return `${lettersWithin(lettersOf(text), width - 1).join('')}…`;
}

const letters = new Intl.Segmenter();

/** What a reader takes for one letter each: an emoji of several code points, a letter with its accents. */
function lettersOf(text: string): string[] {
  return Array.from(letters.segment(text), ({ segment }) => segment);
}

/** As many of the first letters as fit into `width` columns. */
function lettersWithin(all: readonly string[], width: number): string[] {
  let taken = 0;
  const end = all.findIndex(letter => {
    taken += visibleLength(letter);
    return taken > width;
  });
  return all.slice(0, end === -1 ? all.length : end);
}

/** What {@link wrap} never breaks. */
export function wordsOf(text: string): readonly string[] {
  return text.match(unbroken) ?? [];
}

/** Breaks text at spaces into lines of `width`; lines after the first get `indent` before them. Line breaks stay. */
export function wrap(text: string, width: number, indent = ''): string {
  return text
    .split('\n')
    .map(paragraph => wrapParagraph(paragraph, width, indent))
    .join(`\n${indent}`);
}

function wrapParagraph(paragraph: string, width: number, indent: string): string {
  const leading = /^\s*/.exec(paragraph)![0];
  const lines: string[] = [];
  let line = leading;
  for (const word of wordsOf(paragraph)) {
    const candidate = line.trim() === '' ? line + word : `${line} ${word}`;
    if (visibleLength(candidate) > width && line.trim() !== '') {
      lines.push(line);
      line = leading + word;
    } else line = candidate;
  }
  return [...lines, line].join(`\n${indent}`);
}
