import type { Message, SplitName } from '../../../core/example.ts';
import { sha256 } from '../../../core/hash.ts';

/** A usable row on its way into the dataset. */
export interface Row {
  /** The input as it is compared: equal keys are the same text. */
  readonly key: string;
  readonly messages: readonly Message[];
  readonly target: string;
  /** See `Example`; null where none are known. */
  readonly labelProbabilities: Readonly<Record<string, number>> | null;
  /** The user's id, or null. */
  readonly id: string | null;
  readonly group: string | null;
  readonly file: string;
  readonly line: number;
  /** The split its file names, or auto. */
  readonly declared: SplitName | 'auto';
}

/**
 * What makes two inputs the same text: roles and contents in Unicode NFC, runs of white space as one blank,
 * outer white space dropped, and lower case where the rule ignores case.
 */
export function textKey(messages: readonly Message[], ignoreCase: boolean): string {
  const text = messages.map(message => `${message.role}\u0000${folded(message.content)}`).join('\u0001');
  return ignoreCase ? text.toLowerCase() : text;
}

/** Unicode NFC with white space folded and trimmed. */
export function folded(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** Id of a row without one: from its content, so it does not depend on the order of rows. */
export function contentId(row: Pick<Row, 'key' | 'target'>): string {
  return sha256(`${row.key}\u0002${row.target}`).slice(0, 16);
}
