import { readUsage, type TokenCounts } from './usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** Text of a whole answer: that of the first choice; null where it has none, as with tool calls. */
export function answerText(body: Json): string | null {
  const { choices, content } = body;
  if (Array.isArray(choices)) {
    const first = choices[0] as { message?: { content?: unknown } | null; text?: unknown } | undefined;
    const text = first?.message?.content ?? first?.text;
    return typeof text === 'string' ? text : null;
  }
  if (!Array.isArray(content)) return null;
  const parts = (content as { text?: unknown }[]).map(part => part?.text);
  const texts = parts.filter(text => typeof text === 'string');
  return texts.length === 0 ? null : texts.join('');
}

/** Whether the first answer of a whole body, or of an event, ended at a limit of tokens; what it says of chat or messages. */
export function isCutOff({ choices, stop_reason: stopReason }: Json): boolean {
  const first = (Array.isArray(choices) ? choices : []).find(choice => (choice?.index ?? 0) === 0);
  return first?.finish_reason === 'length' || stopReason === 'max_tokens';
}

/** Fields of an answer that no model wrote. */
const notWritten = new Set(['id', 'index', 'role', 'type']);

/**
 * Why a server gave up its answer in the middle, where an event says that it did: the kind of its error, as far as that
 * is a word; null of other events. What else it says is for the operator of that server.
 */
export function failureIn({ error }: Json): string | null {
  if ((typeof error !== 'object' && typeof error !== 'string') || error === null || error === '') return null;
  const { code, type } = Object(error) as Json;
  const word = [code, type].find(one => typeof one === 'string' && /^[a-z_]{1,40}$/i.test(one));
  return String(word ?? 'error');
}

/** Nothing that a model wrote stands deeper: the arguments of a call are one text. */
const deepest = 8;

/** Size of everything that a model wrote, of all choices: words, reasoning, arguments of calls. In bytes. */
export function writtenBytes(value: unknown, depth = 0): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null || depth === deepest) return 0;
  let bytes = 0;
  for (const key in value) {
    if (notWritten.has(key)) continue;
    bytes += writtenBytes((value as Readonly<Record<string, unknown>>)[key], depth + 1);
  }
  return bytes;
}

/** The same of a whole answer. */
export function answerBytes({ choices, content }: Json): number {
  if (!Array.isArray(choices)) return writtenBytes(content);
  const messages = choices.map((choice: { message?: unknown; text?: unknown } | null) => [
    choice?.message,
    choice?.text,
  ]);
  return writtenBytes(messages);
}

/** Reads the events of a streamed answer as they pass: its text, its usage, and whether it came to its end. */
export class StreamedAnswer {
  #text: string | null = null;
  #usage: TokenCounts | null = null;
  #bytes = 0;
  #complete = false;
  #cutOff = false;
  #ended = false;

  /** Size of what was written so far, of all choices, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get text(): string | null {
    return this.#text;
  }

  get usage(): TokenCounts | null {
    return this.#usage;
  }

  /** An event said that the answer is whole; without one it was cut off. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The answer ended at a limit of tokens. */
  get cutOff(): boolean {
    return this.#cutOff;
  }

  /** The last event has come: nothing of the answer follows it. */
  get ended(): boolean {
    return this.#ended;
  }

  done(): void {
    this.#complete = true;
    this.#ended = true;
  }

  /**
   * Takes the data of one event.
   * @returns false for an event that only counts tokens
   */
  take(event: Json): boolean {
    if (typeof event['type'] === 'string' && !('choices' in event)) return this.#takeMessagesEvent(event);
    const usage = readUsage(event['usage']);
    if (usage !== null) this.#usage = usage;
    const { choices } = event;
    if (!Array.isArray(choices)) return true;
    if (choices.length === 0) return usage === null;
    this.#cutOff ||= isCutOff(event);
    for (const choice of choices as ChoiceDelta[]) {
      if (choice === null || typeof choice !== 'object') continue;
      if (typeof choice.finish_reason === 'string') this.#complete = true;
      this.#bytes += writtenBytes(choice.delta ?? choice.text);
      if ((choice.index ?? 0) === 0) this.#append(choice.delta?.content ?? choice.text);
    }
    return true;
  }

  /** @see https://docs.anthropic.com/en/api/messages-streaming */
  #takeMessagesEvent(event: Json): boolean {
    const { type, message, delta, usage } = event as {
      type: string;
      message?: { usage?: unknown };
      delta?: { text?: unknown; stop_reason?: unknown };
      usage?: { output_tokens?: unknown };
    };
    if (type === 'message_start') this.#usage = readUsage(message?.usage);
    if (type === 'content_block_delta') {
      this.#bytes += writtenBytes(delta);
      this.#append(delta?.text);
    }
    if (type === 'message_delta') {
      this.#cutOff ||= isCutOff(delta ?? {});
      const counted = readUsage(usage);
      if (counted !== null) {
        const { promptTokens = 0, cachedTokens = 0 } = this.#usage ?? {};
        this.#usage = { promptTokens, cachedTokens, completionTokens: counted.completionTokens };
      }
    }
    if (type === 'message_stop') this.done();
    return true;
  }

  #append(text: unknown): void {
    if (typeof text === 'string') this.#text = (this.#text ?? '') + text;
  }
}

interface ChoiceDelta {
  readonly index?: number;
  readonly delta?: { readonly content?: unknown } | null;
  readonly text?: unknown;
  readonly finish_reason?: unknown;
}
