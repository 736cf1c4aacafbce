import { type Question, rangeText } from '../../stages/decide/interview/index.ts';

/** The unit of a question with the currency that the answers are in; null where the answer is a word. */
export function unitText({ unit }: Question, currency: string): string | null {
  return unit?.startsWith('money ') ? `${currency} ${unit.slice(6)}` : unit;
}

/** An answer as people read it: `500 to 2,000 calls/day`, `narrow`. */
export function answerText(answer: unknown, unit: string | null): string {
  if (typeof answer === 'number') return unit === null ? String(answer) : rangeText(answer, answer, unit);
  if (answer === null || typeof answer !== 'object') return String(answer);
  const { low, high } = answer as { readonly low: number; readonly high: number };
  return rangeText(low, high, unit ?? '');
}
