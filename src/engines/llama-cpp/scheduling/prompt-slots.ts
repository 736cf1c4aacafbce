import type { Context } from '../native/context.ts';

/** One sequence of the cache and the tokens that are in it. */
export interface Slot {
  readonly sequence: number;
  tokens: number[];
  /** How many of the tokens were the prompt of the request before; the others are its answer. */
  promptTokens: number;
}

/**
 * Cells that prompts nobody waits for may keep beyond those of the latest requests. Attention looks at every cell in
 * use, if only to pass it over: on a CPU 2,000 cells cost a short request some percent.
 */
const rememberedTokens = 2048;

/**
 * The sequences that prompts live in. There are more of them than requests are computed at once: the others remember
 * prompts, so that a request which begins like an earlier one, or repeats it, has only its rest evaluated.
 */
export class PromptSlots {
  readonly #context: Pick<Context, 'remove' | 'copy'>;
  readonly #slots: readonly Slot[];
  /** Slots of no request, the least recently used first. */
  #idle: Slot[];
  /** Latest prompts that are kept whatever their length, as long as there is room. */
  readonly #latest: number;

  /** @param count all slots; @param latest requests computed at once */
  constructor(context: Pick<Context, 'remove' | 'copy'>, count: number, latest: number) {
    this.#context = context;
    this.#latest = latest;
    this.#slots = Array.from({ length: count }, (_, sequence) => ({ sequence, tokens: [], promptTokens: 0 }));
    this.#idle = [...this.#slots];
  }

  /**
   * An idle slot that has as much of the prompt as any slot has, but for the last token: its logits are asked for.
   * @param free cells that idle slots may keep
   */
  take(prompt: readonly number[], free: number): Slot {
    const { donor, shared } = this.#closest(prompt);
    const keep = Math.min(shared, prompt.length - 1);
    // In its own place where nothing is lost that another request may begin with, or where there is no memory to spare.
    const remembers = this.#slots.length > this.#latest;
    const inPlace = this.#idle.includes(donor) && (!remembers || shared >= donor.promptTokens);
    const slot = inPlace ? donor : (this.#idle.find(({ tokens }) => tokens.length === 0) ?? this.#idle[0]!);
    if (slot === donor) this.#context.remove(slot.sequence, keep);
    else {
      this.#context.remove(slot.sequence, 0);
      this.#context.copy(donor.sequence, slot.sequence, keep);
    }
    slot.tokens = prompt.slice(0, keep);
    slot.promptTokens = prompt.length;
    this.#idle = this.#idle.filter(one => one !== slot);
    this.#forget(free);
    return slot;
  }

  /** Its request has ended; what it holds is remembered. */
  giveBack(slot: Slot): void {
    this.#idle.push(slot);
  }

  /** Empties all slots; none is in use any more. */
  clear(): void {
    for (const slot of this.#slots) this.#empty(slot);
    this.#idle = [...this.#slots];
  }

  #closest(prompt: readonly number[]): { donor: Slot; shared: number } {
    let [donor, shared] = [this.#idle[0]!, 0];
    for (const slot of this.#slots) {
      const length = commonPrefix(slot.tokens, prompt);
      if (length > shared) [donor, shared] = [slot, length];
    }
    return { donor, shared };
  }

  /** Empties idle slots, the least recently used first, until what they keep has room. */
  #forget(free: number): void {
    const held = this.#idle.filter(({ tokens }) => tokens.length > 0);
    let kept = held.reduce((sum, { tokens }) => sum + tokens.length, 0);
    for (const [index, slot] of held.entries()) {
      const older = held.length - index > this.#latest;
      if (kept <= free && !(older && kept > rememberedTokens)) return;
      kept -= slot.tokens.length;
      this.#empty(slot);
    }
  }

  #empty(slot: Slot): void {
    this.#context.remove(slot.sequence, 0);
    slot.tokens = [];
    slot.promptTokens = 0;
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
