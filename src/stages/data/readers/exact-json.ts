/** What an escape, the edge of a string, or an integer of 16 digits and more looks like in JSON text. */
const marks = /\\.|"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/**
 * Parses JSON; an integer that no double holds exactly becomes text with its digits, as in Parquet files. Otherwise
 * ids and serial numbers that differ in their last digits would be read as the same number.
 * @throws SyntaxError
 */
export function parseJsonExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!/\d{16}/.test(text)) return value;
  let inString = false;
  const quoted = text.replace(marks, mark => {
    if (mark === '"') inString = !inString;
    const digits = mark.length > 2;
    return digits && !inString && !Number.isSafeInteger(Number(mark)) ? `"${mark}"` : mark;
  });
  return JSON.parse(quoted);
}
