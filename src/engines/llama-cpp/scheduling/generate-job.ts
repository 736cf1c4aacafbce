import { isUtf8 } from 'node:buffer';
import type { FinishReason, TokenLogprob, TokenText } from '../../../core/chat-model.ts';
import { AnswerText } from '../decoding/answer-text.ts';
import type { Grammar } from '../decoding/grammar.ts';
import { logSumExp, type RandomSource, sample, topIndices } from '../decoding/sampling.ts';
import type { Context } from '../native/context.ts';
import type { AnswerDrafts } from './answer-drafts.ts';
import type { Slot } from './prompt-slots.ts';
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
  /** Guesses of what comes next; null to evaluate one token a call, so that a call computes the same each time. */
  readonly drafts: AnswerDrafts | null;
  /** Alternatives to report for each token; null for no log-probabilities. */
  readonly topLogprobs: number | null;
  /** Called with each piece of text as soon as it is certain. */
  readonly onText: (text: string) => void;
}

/** Generates token by token, together with the other requests: one token a decode call, and a draft of the next. */
export class GenerateJob implements Job {
  readonly prompt: readonly number[];
  cachedTokens = 0;
  finishReason: FinishReason = 'length';
  readonly logprobs: TokenLogprob[] = [];
  readonly #options: GenerateOptions;
  readonly #answer: AnswerText;
  /** Tokens of the answer so far; the last one is not evaluated yet. */
  readonly #tokens: number[] = [];
  #drafted: number[] = [];
  /** Batch indices of the tokens whose logits the call in progress gives, in order. */
  #reading: number[] = [];

  constructor(options: GenerateOptions) {
    this.prompt = options.prompt;
    this.#options = options;
    this.#answer = new AnswerText(options.stop);
  }

  get completionTokens(): number {
    return this.#tokens.length;
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
    const last = this.#tokens.at(-1);
    if (last === undefined) {
      const index = planPrompt(slot, this.prompt, plan);
      this.#reading = index === null ? [] : [index];
      return;
    }
    const { drafts, maxTokens } = this.#options;
    const room = Math.min(plan.room, plan.outputs, maxTokens - this.completionTokens) - 1;
    this.#drafted = drafts?.draft(this.#tokens, room) ?? [];
    this.#reading = [last, ...this.#drafted].map(token => {
      slot.tokens.push(token);
      return plan.add({ token, position: slot.tokens.length - 1, sequences: [slot.sequence], output: true });
    });
  }

  consume(slot: Slot, context: Context): boolean {
    const reading = this.#reading.splice(0);
    const drafted = this.#drafted.splice(0);
    for (const [place, index] of reading.entries()) {
      const finished = this.#choose(context.logits(index), context);
      const guessed = !finished && this.#tokens.at(-1) === drafted[place];
      if (guessed) continue;
      const wrong = reading.length - 1 - place;
      if (wrong > 0) context.remove(slot.sequence, slot.tokens.length - wrong);
      slot.tokens.splice(slot.tokens.length - wrong);
      return finished;
    }
    return false;
  }

  /** Chooses the next token; true when the answer ends. */
  #choose(logits: Float32Array, context: Context): boolean {
    const { temperature, random, grammar, endsAt, maxTokens, onText, drafts } = this.#options;
    const token =
      grammar === null ? sample(logits, temperature, random) : grammar.draw(logits, temperature, random);
    if (endsAt(token)) {
      drafts?.learn(this.#tokens);
      return this.#finish('stop');
    }
    grammar?.accept(token);
    this.#tokens.push(token);
    this.#record(token, logits, context);
    const shown = this.#answer.push(context.weights.piece(token));
    if (shown !== '') onText(shown);
    if (this.#answer.stopped) return this.#finish('stop');
    return this.completionTokens >= maxTokens && this.#finish('length');
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
    const entry = (id: number) => ({
      ...tokenText(context.weights.piece(id)),
      logprob: Math.min(0, logits[id]! - total),
    });
    this.logprobs.push({ ...entry(token), tokenId: token, top: topIndices(logits, count).map(entry) });
  }
}

/** A character may be several tokens: each of them is no text by itself. */
function tokenText(piece: Buffer): TokenText {
  const token = piece.toString('utf8');
  return isUtf8(piece) ? { token } : { token, bytes: [...piece] };
}
