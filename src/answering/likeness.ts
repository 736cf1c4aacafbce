import { canonicalJson, type Json } from '../core/json.ts';
import type { TaskKind } from '../core/task.ts';

/**
 * How far two answers say the same, 0..1: labels do or do not; records by the share of fields that are equal; texts by
 * the words they have in common (Dice). 1 for equal answers, the same in both directions.
 */
export function likeness(kind: TaskKind, one: string, other: string): number {
  if (kind === 'classify') return one.trim() === other.trim() ? 1 : 0;
  if (kind === 'generate') return dice(words(one), words(other));
  const [first, second] = [fieldsOf(one), fieldsOf(other)];
  if (first === null || second === null) return one.trim() === other.trim() ? 1 : 0;
  return dice(first, second);
}

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Name and value of every field; null where the text is no object. */
function fieldsOf(text: string): string[] | null {
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  } catch {
    return null;
  }
}

/** Twice what both have over what each has, repetitions counted; 1 where neither has anything. */
function dice(one: readonly string[], other: readonly string[]): number {
  if (one.length + other.length === 0) return 1;
  const left = new Map<string, number>();
  for (const part of one) left.set(part, (left.get(part) ?? 0) + 1);
  let common = 0;
  for (const part of other) {
    const count = left.get(part) ?? 0;
    if (count === 0) continue;
    left.set(part, count - 1);
    common += 1;
  }
  return (2 * common) / (one.length + other.length);
}
