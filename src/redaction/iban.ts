import { countrySpecs, isValidIBAN } from 'ibantools';
import { compact, type Detector, type Span } from './detector.ts';

/** International bank account numbers, alone or in groups, whose check digits (ISO 7064 mod 97) are right. */
export const iban: Detector = {
  kind: 'IBAN',
  mayFind: text => /[A-Za-z]{2}\d{2}/.test(text),
  find,
  normalize: compact,
};

const beginning = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;

function* find(text: string): Generator<Span> {
  for (const match of text.matchAll(beginning)) {
    const country = countrySpecs[match[0].slice(0, 2).toUpperCase() as keyof typeof countrySpecs];
    const length = country?.chars;
    if (length == null) continue;
    const end = endOfNumber(text, match.index, length);
    if (end === null || !isValidIBAN(compact(text.slice(match.index, end)))) continue;
    yield { start: match.index, end };
  }
}

/** Where `length` letters and digits end, with at most one blank or hyphen between two; null where they do not. */
function endOfNumber(text: string, start: number, length: number): number | null {
  let end = start;
  for (let taken = 0; taken < length; taken += 1) {
    if (/[ -]/.test(text.charAt(end))) end += 1;
    if (!/[A-Za-z0-9]/.test(text.charAt(end))) return null;
    end += 1;
  }
  return /[A-Za-z0-9]/.test(text.charAt(end)) ? null : end;
}
