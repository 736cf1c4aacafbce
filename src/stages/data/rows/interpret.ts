import type { Message } from '../../../core/example.ts';
import type { RawRecord } from '../readers/raw-row.ts';
import { type DataFormat, type FieldMapping, isChatFormat } from '../schema.ts';
import { readChatRecord } from './chat-record.ts';
import { compileInput, type Mapped, textOf } from './field-mapping.ts';
import { labelProbabilitiesOf } from './label-probabilities.ts';
import { folded } from './row.ts';
import type { TargetReader } from './target.ts';

/** What a record says once fields are mapped and the target is checked. */
export interface Interpreted {
  readonly messages: readonly Message[];
  readonly target: string;
  readonly labelProbabilities: Readonly<Record<string, number>> | null;
  readonly id: string | null;
  readonly group: string | null;
}

/** Makes the function that turns records of one format into inputs and targets. */
export function interpreter(
  format: DataFormat,
  fields: FieldMapping,
  readTarget: TargetReader,
): (record: RawRecord) => Mapped<Interpreted> {
  const input = compileInput(fields.input);

  const inputAndTarget = (record: RawRecord): Mapped<{ messages: readonly Message[]; target: string }> => {
    if (isChatFormat(format)) {
      const chat = readChatRecord(record);
      if ('problem' in chat) return chat;
      const column = 'last assistant message';
      const target = readTarget({ record: { [column]: chat.value.target }, column });
      return 'problem' in target
        ? target
        : { value: { messages: chat.value.messages, target: target.value } };
    }
    const text = input.read(record);
    if ('problem' in text) return text;
    const target = readTarget({ record, column: fields.output });
    if ('problem' in target) return target;
    return { value: { messages: [{ role: 'user', content: text.value }], target: target.value } };
  };

  return record => {
    const found = inputAndTarget(record);
    if ('problem' in found) return found;
    if (found.value.messages.every(message => message.role !== 'user' || folded(message.content) === '')) {
      return { problem: { code: 'empty-input', reason: 'the input is empty' } };
    }
    const id = named(record, fields.id);
    if ('problem' in id) return id;
    const group = named(record, fields.group);
    if ('problem' in group) return group;
    const probabilities = labelProbabilitiesOf(record);
    if ('problem' in probabilities) return probabilities;
    return {
      value: {
        ...found.value,
        labelProbabilities: probabilities.value,
        id: id.value,
        group: group.value,
      },
    };
  };
}

/** The columns a record must have for this mapping; for the check of the first row. */
export function neededColumns(format: DataFormat, fields: FieldMapping): string[] {
  const own = isChatFormat(format) ? ['messages'] : [...compileInput(fields.input).columns, fields.output];
  return [...own, ...[fields.id, fields.group].filter(column => column !== undefined)];
}

function named(record: RawRecord, column: string | undefined): Mapped<string | null> {
  if (column === undefined) return { value: null };
  const found = textOf(record, column);
  if ('problem' in found) return found;
  const value = found.value.trim();
  if (value !== '') return { value };
  return { problem: { code: 'missing-field', reason: `"${column}" is empty` } };
}
