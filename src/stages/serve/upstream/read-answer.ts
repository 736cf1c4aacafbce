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

/** Reads the events of a streamed answer as they pass: its text, its usage, and whether it came to its end. */
export class StreamedAnswer {
  #text: string | null = null;
  #usage: TokenCounts | null = null;
  #complete = false;

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

  done(): void {
    this.#complete = true;
  }

  /**
   * Takes the data of one event.
   * @returns false for an event that only counts tokens
   */
  take(event: Json): boolean {
    if (typeof event['type'] === 'string' && !('choices' in event)) return this.#takeMessagesEvent(event);
    if ('error' in event) this.#complete = true;
    const usage = readUsage(event['usage']);
    if (usage !== null) this.#usage = usage;
    const { choices } = event;
    if (!Array.isArray(choices)) return true;
    if (choices.length === 0) return usage === null;
    for (const choice of choices as ChoiceDelta[]) {
      if (choice === null || typeof choice !== 'object') continue;
      if (typeof choice.finish_reason === 'string') this.#complete = true;
      if ((choice.index ?? 0) === 0) this.#append(choice.delta?.content ?? choice.text);
    }
    return true;
  }

  /** @see https://docs.anthropic.com/en/api/messages-streaming */
  #takeMessagesEvent(event: Json): boolean {
    const { type, message, delta, usage } = event as {
      type: string;
      message?: { usage?: unknown };
      delta?: { text?: unknown };
      usage?: { output_tokens?: unknown };
    };
    if (type === 'message_start') this.#usage = readUsage(message?.usage);
    if (type === 'content_block_delta') this.#append(delta?.text);
    if (type === 'message_delta') {
      const counted = readUsage(usage);
      if (counted !== null) {
        const { promptTokens = 0, cachedTokens = 0 } = this.#usage ?? {};
        this.#usage = { promptTokens, cachedTokens, completionTokens: counted.completionTokens };
      }
    }
    if (type === 'message_stop' || type === 'error') this.#complete = true;
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
