import { ConfigError } from '../../../core/errors/index.ts';
import type { RawRecord, RowProblem } from '../readers/raw-row.ts';

/** A value taken from a row, or why there is none. */
export type Mapped<Value> = { readonly value: Value } | { readonly problem: RowProblem };

/** A column name, or a template over several. */
export interface InputMapping {
  readonly columns: readonly string[];
  read(record: RawRecord): Mapped<string>;
}

/**
 * Compiles `data.fields.input`. Text with `{column}` in it is a template, in which an empty column is empty
 * text; anything else is the name of one column.
 * @throws ConfigError `template-broken`
 */
export function compileInput(mapping: string): InputMapping {
  if (!/[{}]/.test(mapping)) {
    return { columns: [mapping], read: record => textOf(record, mapping) };
  }
  const parts = mapping.split(/(\{\{|\}\}|\{[^{}]+\})/).filter(part => part !== '');
  const broken = parts.some(part => !/^(\{\{|\}\}|\{[^{}]+\})$/.test(part) && /[{}]/.test(part));
  const columns = parts.filter(isColumn).map(part => part.slice(1, -1).trim());
  if (broken || columns.length === 0) {
    throw new ConfigError(
      'template-broken',
      `data.fields.input: "${mapping}" is not a template`,
      'Write columns as {name}, and literal braces as {{ and }}.',
      { details: { key: 'data.fields.input' } },
    );
  }
  const read = (record: RawRecord): Mapped<string> => {
    let text = '';
    for (const part of parts) {
      if (part === '{{' || part === '}}') text += part[0];
      else if (!isColumn(part)) text += part;
      else {
        const column = part.slice(1, -1).trim();
        if (Object.hasOwn(record, column) && record[column] === null) continue;
        const found = textOf(record, column);
        if ('problem' in found) return found;
        text += found.value;
      }
    }
    return { value: text };
  };
  return { columns, read };
}

/** The text of a column; numbers and booleans become text. */
export function textOf(record: RawRecord, column: string): Mapped<string> {
  if (!Object.hasOwn(record, column) || record[column] === null || record[column] === undefined) {
    return { problem: { code: 'missing-field', reason: `the row has no "${column}"` } };
  }
  const value = record[column];
  if (typeof value === 'string') return { value };
  if (typeof value === 'number' || typeof value === 'boolean') return { value: String(value) };
  const kind = Array.isArray(value) ? 'a list' : 'an object';
  return { problem: { code: 'wrong-type', reason: `"${column}" is ${kind}, not text` } };
}

function isColumn(part: string): boolean {
  return part.length > 2 && part.startsWith('{') && part.endsWith('}') && part !== '{{' && part !== '}}';
}
