import { logSumExp } from '../decoding/sampling.ts';
import type { Context } from '../native/context.ts';
import type { Slot } from './prompt-slots.ts';
import { type BatchPlan, type Job, planPrompt } from './scheduler.ts';

/** Evaluates a text and reads the log-probabilities of some next tokens. */
export class NextTokenJob implements Job {
  readonly prompt: readonly number[];
  logprobs: number[] = [];
  readonly #tokens: readonly number[];
  #reading: number | null = null;

  constructor(prompt: readonly number[], tokens: readonly number[]) {
    this.prompt = prompt;
    this.#tokens = tokens;
  }

  get reservedTokens(): number {
    return this.prompt.length;
  }

  begin(): void {}

  plan(slot: Slot, plan: BatchPlan): void {
    this.#reading = planPrompt(slot, this.prompt, plan);
  }

  consume(_slot: Slot, context: Context): boolean {
    if (this.#reading === null) return false;
    const logits = context.logits(this.#reading);
    const total = logSumExp(logits);
    this.logprobs = this.#tokens.map(token => logits[token]! - total);
    return true;
  }
}
