import type { FinishReason, TokenLogprob } from '../../core/chat-model.ts';
import { AnswerText } from './answer-text.ts';
import type { Context } from './context.ts';
import type { Grammar } from './grammar.ts';
import type { Slot } from './prompt-slots.ts';
import { logSumExp, type RandomSource, sample, topIndices } from './sampling.ts';
import { type BatchPlan, type Job, planPrompt } from './scheduler.ts';

export interface GenerateOptions {
  readonly prompt: readonly number[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly random: RandomSource;
  /** Strings that end the answer; they are not part of it. */
  readonly stop: readonly string[];
  /** Tokens that end the answer. */
  readonly endsAt: (token: number) => boolean;
  readonly grammar: Grammar | null;
  /** Alternatives to report for each token; null for no log-probabilities. */
  readonly topLogprobs: number | null;
  /** Called with each piece of text as soon as it is certain. */
  readonly onText: (text: string) => void;
}

/** Generates token by token, one token a decode call, together with the other requests. */
export class GenerateJob implements Job {
  readonly prompt: readonly number[];
  cachedTokens = 0;
  completionTokens = 0;
  finishReason: FinishReason = 'length';
  readonly logprobs: TokenLogprob[] = [];
  readonly #options: GenerateOptions;
  readonly #answer: AnswerText;
  #next: number | null = null;
  #reading: number | null = null;

  constructor(options: GenerateOptions) {
    this.prompt = options.prompt;
    this.#options = options;
    this.#answer = new AnswerText(options.stop);
  }

  get text(): string {
    return this.#answer.text;
  }

  get reservedTokens(): number {
    return this.prompt.length + this.#options.maxTokens;
  }

  begin(cachedTokens: number): void {
    this.cachedTokens = cachedTokens;
  }

  plan(slot: Slot, plan: BatchPlan): void {
    if (plan.room === 0) return;
    if (this.#next === null) {
      this.#reading = planPrompt(slot, this.prompt, plan);
      return;
    }
    const position = slot.tokens.length;
    slot.tokens.push(this.#next);
    this.#reading = plan.add({ token: this.#next, position, sequences: [slot.sequence], output: true });
  }

  consume(_slot: Slot, context: Context): boolean {
    if (this.#reading === null) return false;
    const { temperature, random, grammar, endsAt, maxTokens, onText } = this.#options;
    const logits = context.logits(this.#reading);
    this.#reading = null;
    const token =
      grammar === null ? sample(logits, temperature, random) : grammar.draw(logits, temperature, random);
    if (endsAt(token)) return this.#finish('stop');
    grammar?.accept(token);
    this.completionTokens += 1;
    this.#record(token, logits, context);
    const shown = this.#answer.push(context.weights.piece(token));
    if (shown !== '') onText(shown);
    if (this.#answer.stopped) return this.#finish('stop');
    if (this.completionTokens >= maxTokens) return this.#finish('length');
    this.#next = token;
    return false;
  }

  #finish(reason: FinishReason): true {
    this.finishReason = reason;
    const rest = this.#answer.end();
    if (rest !== '') this.#options.onText(rest);
    return true;
  }

  #record(token: number, logits: Float32Array, context: Context): void {
    const count = this.#options.topLogprobs;
    if (count === null) return;
    const total = logSumExp(logits);
    const text = (id: number) => context.weights.piece(id).toString('utf8');
    const logprob = (id: number) => Math.min(0, logits[id]! - total);
    this.logprobs.push({
      token: text(token),
      tokenId: token,
      logprob: logprob(token),
      top: topIndices(logits, count).map(id => ({ token: text(id), logprob: logprob(id) })),
    });
  }
}
