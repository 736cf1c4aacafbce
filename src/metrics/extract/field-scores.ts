import type { Example } from '../../core/example.ts';
import { canonicalJson, type Json } from '../../core/json.ts';
import type { Answer } from '../../core/metric.ts';
import type { TaskMetric } from '../task-metric.ts';
import { parseRecord } from './record.ts';

/** Items of one row: how many were right, answered and expected. */
export interface FieldCounts {
  readonly matched: number;
  readonly answered: number;
  readonly expected: number;
}

/**
 * Compares two records field by field. A field's value is one item; a list is a multiset of items, order aside; a
 * nested object is taken apart by path, an object in a list is one item. Strings are compared in Unicode NFC
 * without white space around them. Null and a missing field are the same: no item.
 */
export function countFields(expected: Json, answered: Json | undefined): FieldCounts {
  const expectedItems = items(expected);
  const answeredItems = answered === undefined ? [] : items(answered);
  const left = new Map<string, number>();
  for (const item of expectedItems) left.set(item, (left.get(item) ?? 0) + 1);
  let matched = 0;
  for (const item of answeredItems) {
    const remaining = left.get(item) ?? 0;
    if (remaining === 0) continue;
    matched++;
    left.set(item, remaining - 1);
  }
  return { matched, answered: answeredItems.length, expected: expectedItems.length };
}

function items(value: Json, path: readonly string[] = []): string[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.filter(item => item !== null).map(item => itemText(path, item));
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([key, inner]) => items(inner, [...path, key]));
  return [itemText(path, value)];
}

const itemText = (path: readonly string[], value: Json) =>
  `${JSON.stringify(path)} ${canonicalJson(tidy(value))}`;

function tidy(value: Json): Json {
  if (typeof value === 'string') return value.normalize('NFC').trim();
  if (Array.isArray(value)) return value.map(tidy);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tidy(inner)]));
}

type Ratio = (counts: FieldCounts) => number;

const share = (part: number, whole: number, other: number) =>
  whole > 0 ? part / whole : other === 0 ? 1 : 0;
const precision: Ratio = ({ matched, answered, expected }) => share(matched, answered, expected);
const recall: Ratio = ({ matched, answered, expected }) => share(matched, expected, answered);
const f1: Ratio = ({ matched, answered, expected }) => share(2 * matched, answered + expected, 0);

function rowCounts(example: Example, answer: Answer): FieldCounts | null {
  const expected = parseRecord(example.target);
  if (expected === undefined) return null;
  return countFields(expected, answer.error === null ? parseRecord(answer.text) : undefined);
}

function fieldMetric(name: string, description: string, ratio: Ratio): TaskMetric {
  return {
    name,
    description,
    binary: false,
    score(example, answer) {
      const counts = rowCounts(example, answer);
      return counts && ratio(counts);
    },
    corpus(examples, answers) {
      const counts = examples.map((example, row) => rowCounts(example, answers[row]!));
      return rows => {
        const total = { matched: 0, answered: 0, expected: 0 };
        for (let at = 0; at < rows.length; at++) {
          const row = counts[rows[at]!];
          if (!row) continue;
          total.matched += row.matched;
          total.answered += row.answered;
          total.expected += row.expected;
        }
        return ratio(total);
      };
    },
  };
}

/** Micro-averaged F1 of items, over all rows together. */
export const fieldF1 = fieldMetric(
  'field-f1',
  'Harmonic mean of field precision and recall, counted over all items of all rows.',
  f1,
);

/** Share of answered items that were expected. */
export const fieldPrecision = fieldMetric(
  'field-precision',
  'Share of the items answered that are right.',
  precision,
);

/** Share of expected items that were answered. */
export const fieldRecall = fieldMetric(
  'field-recall',
  'Share of the items expected that were answered.',
  recall,
);
