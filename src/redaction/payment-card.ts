import { compact, type Detector } from './detector.ts';
import { type DigitRun, digitRuns } from './digit-groups.ts';

/** First digits and lengths that card schemes use. @see https://www.iso.org/standard/70484.html ISO/IEC 7812 */
const schemes: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|[689])/, [14, 16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50|5[6-8]|6[037])/, [13, 14, 15, 16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
];

/** Numbers of payment cards: a scheme's prefix and length, and the check digit. */
export const paymentCard: Detector = {
  kind: 'CARD',
  mayFind: (_text, closeDigits) => closeDigits,
  *find(text) {
    for (const run of digitRuns(text, 13, 19)) {
      if (isFraction(text, run)) continue;
      const { digits } = run;
      const known = schemes.some(
        ([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits),
      );
      if (known && passesLuhn(digits)) yield run;
    }
  },
  normalize: compact,
};

/** Digits behind a decimal point: one in ten random numbers passes for a card by its check digit. */
function isFraction(text: string, { start, end, digits }: DigitRun): boolean {
  return end - start === digits.length && /\d\.$/.test(text.slice(Math.max(0, start - 2), start));
}

/** @see https://patents.google.com/patent/US2950048A Luhn's "Computer for verifying numbers" */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
