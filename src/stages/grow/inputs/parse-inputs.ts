import type { FinishReason } from '../../../core/chat-model.ts';
import { parseRecord } from '../../../metrics/extract/record.ts';

/** The inputs of an answer, or why there are none. */
export type ParsedInputs =
  | { readonly inputs: readonly string[] }
  | { readonly code: 'teacher-refused' | 'answer-cut-off' | 'answer-unusable'; readonly reason: string };

const refusal = /^\W*(sorry|i['’]?m sorry|i am sorry|i can(no|['’])t|i['’]?m unable|as an ai)/iu;

/** Reads the JSON object that was asked for; text around it is put up with, as models are fond of it. */
export function parseInputs(text: string, finishReason: FinishReason): ParsedInputs {
  const begin = text.indexOf('{');
  const end = text.lastIndexOf('}');
  const value =
    parseRecord(text) ?? (begin >= 0 && end > begin ? parseRecord(text.slice(begin, end + 1)) : undefined);
  const inputs = Array.isArray(value)
    ? value
    : value !== null && typeof value === 'object' && value !== undefined
      ? value['inputs']
      : undefined;
  if (Array.isArray(inputs)) return { inputs: inputs.map(asText).filter(input => input !== '') };
  if (finishReason === 'filter' || refusal.test(text))
    return { code: 'teacher-refused', reason: `the teacher refused: ${excerpt(text)}` };
  if (finishReason === 'length')
    return { code: 'answer-cut-off', reason: 'the answer was cut off at its length bound' };
  return { code: 'answer-unusable', reason: `the answer is not {"inputs": [...]}: ${excerpt(text)}` };
}

/** An input as text; an object counts where it has exactly one text member. Empty for anything else. */
function asText(input: unknown): string {
  if (typeof input === 'string') return input.normalize('NFC').trim();
  if (input === null || typeof input !== 'object') return '';
  const texts = Object.values(input).filter(value => typeof value === 'string');
  return texts.length === 1 ? texts[0]!.normalize('NFC').trim() : '';
}

function excerpt(text: string): string {
  return text.slice(0, 200).replace(/\s+/gu, ' ').trim();
}
