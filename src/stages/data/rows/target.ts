import { distance } from 'fastest-levenshtein';
import { canonicalJson, type Json } from '../../../core/json.ts';
import { parseJsonExactly } from '../readers/exact-json.ts';
import { excerptOf, type RawRecord, type RowProblem } from '../readers/raw-row.ts';
import { type Mapped, textOf } from './field-mapping.ts';
import type { SchemaCheck } from './json-schema.ts';
import { folded } from './row.ts';

/** Turns what a row has as output into a target, by task kind. */
export type TargetReader = (output: { record: RawRecord; column: string }) => Mapped<string>;

/** Labels, compared after white space and Unicode form are folded. `labels` null accepts every label. */
export function labelReader(labels: readonly string[] | null): TargetReader {
  const known = labels === null ? null : new Map(labels.map(label => [folded(label), label]));
  return ({ record, column }) => {
    const found = textOf(record, column);
    if ('problem' in found) return found;
    const label = folded(found.value);
    if (label === '') return emptyTarget(column);
    if (known === null) return { value: label };
    const listed = known.get(label);
    return listed === undefined ? { problem: unknownLabel(label, [...known.values()]) } : { value: listed };
  };
}

/** JSON that fits the schema, as canonical JSON; the column may hold JSON text or the value itself. */
export function jsonReader(check: SchemaCheck): TargetReader {
  return ({ record, column }) => {
    if (!Object.hasOwn(record, column) || record[column] === undefined)
      return textOf(record, column) as Mapped<string>;
    let value = record[column];
    if (typeof value === 'string') {
      if (value.trim() === '') return emptyTarget(column);
      try {
        value = parseJsonExactly(value) as Json;
      } catch (error) {
        const why = excerptOf((error as Error).message);
        return { problem: { code: 'output-not-json', reason: `"${column}" is not JSON: ${why}` } };
      }
    }
    const wrong = check(value);
    if (wrong !== null) return { problem: { code: 'schema-mismatch', reason: `"${column}": ${wrong}` } };
    return { value: canonicalJson(value) };
  };
}

/** Free text, with outer white space dropped. */
export const textReader: TargetReader = ({ record, column }) => {
  const found = textOf(record, column);
  if ('problem' in found) return found;
  const text = found.value.normalize('NFC').trim();
  return text === '' ? emptyTarget(column) : { value: text };
};

/** Names the label and, when one is near, what was probably meant. */
export function unknownLabel(label: string, labels: readonly string[]): RowProblem {
  const near = labels
    .map(candidate => ({ candidate, edits: distance(label.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)[0];
  const meant =
    near !== undefined && near.edits <= Math.max(1, label.length / 3)
      ? `; did you mean "${near.candidate}"?`
      : '';
  return {
    code: 'unknown-label',
    reason: `"${excerptOf(label)}" is not one of the ${labels.length} labels${meant}`,
  };
}

function emptyTarget(column: string): { problem: RowProblem } {
  return { problem: { code: 'empty-output', reason: `"${column}" is empty` } };
}

/** Whatever the column holds: text with white space folded at its ends, or a value as canonical JSON. */
export const anyReader: TargetReader = output => {
  const value = output.record[output.column];
  if (typeof value === 'object' && value !== null) return { value: canonicalJson(value as Json) };
  return textReader(output);
};
