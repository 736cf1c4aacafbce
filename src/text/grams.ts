/** Cuts a text into the pieces it is compared by. */
export type Analyser = (text: string) => string[];

/** Words of two or more letters, digits or underscores. */
const words: Analyser = text => text.toLowerCase().match(/(?<![\p{L}\p{N}_])[\p{L}\p{N}_]{2,}/gu) ?? [];

/** Words alone and in pairs. */
export const wordGrams: Analyser = text => {
  const found = words(text);
  return [...found, ...found.slice(1).map((word, at) => `${found[at]} ${word}`)];
};

/** Character sequences of some lengths; runs of white space count as one space. */
export const characterGrams =
  (shortest: number, longest: number): Analyser =>
  text => {
    const characters = [...text.toLowerCase().replace(/\s\s+/gu, ' ')];
    const grams: string[] = [];
    for (let length = shortest; length <= longest; length++)
      for (let start = 0; start + length <= characters.length; start++)
        grams.push(characters.slice(start, start + length).join(''));
    return grams;
  };
