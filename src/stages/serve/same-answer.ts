import { canonicalJson } from '../../core/json.ts';

/** Whether two answers say the same. JSON is compared by value, other text without white space around it. */
export function sameAnswer(one: string, other: string): boolean {
  return meaningOf(one) === meaningOf(other);
}

/** A text that is equal for answers that say the same. */
export function meaningOf(text: string): string {
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return text.trim();
  }
}
