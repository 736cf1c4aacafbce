/** What the clients ask. Every system is given the same texts in the same order. */

/** The rows over and over: both servers keep earlier prompts, so most of a repeated one is found again. */
export function repeatedInputs(rows) {
  // Each cell of the measurement begins at another row.
  return cell => index => rows[(17 * cell + index) % rows.length];
}

/** Texts that no server has seen: as many words as a row has, at least two, drawn from the words of all rows. */
export function freshInputs(rows, random) {
  const words = rows.flatMap(row => row.split(' '));
  const seen = new Set(rows);
  const cells = new Map();
  const draw = index => {
    for (;;) {
      const count = Math.max(2, rows[index % rows.length].split(' ').length);
      const text = Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(' ');
      if (seen.has(text)) continue;
      seen.add(text);
      return text;
    }
  };
  return cell => {
    const texts = cells.get(cell) ?? [];
    cells.set(cell, texts);
    return index => {
      while (texts.length <= index) texts.push(draw(texts.length));
      return texts[index];
    };
  };
}
