import type { Message } from '../../core/example.ts';
import { sha256 } from '../../core/hash.ts';
import { type Redactor, withoutNumbers } from '../../redaction/redactor.ts';
import { textKey } from '../../stages/data/rows/row.ts';

/** Tells inputs apart by what they say: equal keys are the same text, redacted or not, in whatever spelling of case. */
export class InputKeys {
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** Of all messages. */
  of(messages: readonly Message[]): string {
    const redacted = messages.map(({ role, content }) => ({ role, content: this.plain(content) }));
    return sha256(textKey(redacted, true));
  }

  /** A text redacted for itself, and without numbers: what comes before it makes no difference then. */
  plain(text: string): string {
    return withoutNumbers(this.#redactor.begin()(text));
  }

  /**
   * Every way in which a conversation may stand in a dataset: as it is, without system messages, and its last user
   * message alone.
   */
  variants(messages: readonly Message[]): string[] {
    const spoken = messages.filter(message => message.role !== 'system');
    const last = spoken.findLast(message => message.role === 'user');
    const forms = [messages, spoken, last === undefined ? [] : [last]].filter(form => form.length > 0);
    return [...new Set(forms.map(form => this.of(form)))];
  }
}
