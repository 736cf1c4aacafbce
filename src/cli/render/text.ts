// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins every colour code
const colourCodes = /\u001b\[\d+m/g;

// Model output and row text may carry control characters that would move the cursor or recolour the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are to be taken out
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A command in backticks is one word, so that it can be copied from one line; so is an interval in brackets. */
const unbroken = /\(?`[^`\n]*`\S*|\[[^\]\n]{1,40}\]\S*|\S+/g;

/** Characters a text takes on a terminal, colour codes not counted. */
export function visibleLength(text: string): number {
  return [...text.replace(colourCodes, '')].length;
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
  const letters = [...printable(file)];
  const most = Math.max(1, width - number.length);
  return `${letters.length <= most ? letters.join('') : `…${letters.slice(1 - most).join('')}`}${number}`;
}

/** Cuts plain text to a width, ending in "…" where something is missing. */
export function truncate(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(width - 1, 0)).join('')}…`;
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
