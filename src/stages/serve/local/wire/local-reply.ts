import type { TokenLogprob, Usage } from '../../../../core/chat-model.ts';
import type { AnswerRecord, ServeAnswer, ServeRequest } from '../../answerer.ts';
import type { LocalAnswer, LocalSpecialist } from '../local-specialist.ts';
import type { LocalRequest } from './local-request.ts';
import { type Choice, chatFormat, completionFormat, type WireFormat } from './wire-format.ts';

/** The smallest log-probability that is written: JSON knows no minus infinity. */
const lowestLogprob = -9999;

/** Writes a specialist's answers in the format of the API that was called. */
export class LocalReply {
  readonly #local: LocalRequest;
  readonly #specialist: LocalSpecialist;
  readonly #format: WireFormat;

  /** @param created seconds since 1970-01-01 UTC */
  constructor(request: ServeRequest, local: LocalRequest, specialist: LocalSpecialist, created: number) {
    this.#local = local;
    this.#specialist = specialist;
    const chat = request.path === 'chat/completions';
    const head = {
      id: `${chat ? 'chatcmpl' : 'cmpl'}-${request.id}`,
      created,
      model: request.alias,
      system_fingerprint: `fp_${specialist.manifest.hash.slice(0, 10)}`,
    };
    this.#format = (chat ? chatFormat : completionFormat)(head);
  }

  /** An answer as the client sees it: a label under its property where JSON was asked for. */
  show(text: string): string {
    const { property } = this.#local.shape;
    return property === null ? text : JSON.stringify({ [property]: text });
  }

  /** A whole body. */
  whole(answers: readonly LocalAnswer[]): ServeAnswer {
    const choices = answers.map((answer, index) => this.#choice(index, answer));
    return {
      status: 200,
      contentType: 'application/json',
      headers: {},
      body: Buffer.from(JSON.stringify(this.#format.whole(choices, this.#usage(answers)))),
      record: this.record(answers),
    };
  }

  /** Answers that are complete, as a stream. */
  replay(answers: readonly LocalAnswer[]): ServeAnswer {
    const chunks: object[] = [];
    answers.forEach((answer, index) => {
      chunks.push(...this.#begin(index), this.#format.piece(index, this.show(answer.text)));
      chunks.push(this.#format.end(this.#choice(index, answer)));
    });
    const bytes = [...chunks.map(chunk => this.#event(chunk)), ...this.#finish(answers)];
    return this.streamed(iterate(bytes), this.record(answers));
  }

  /** Generates and writes piece by piece; fills the record at the end. */
  async *live(record: AnswerRecord): AsyncGenerator<Buffer> {
    const answers: LocalAnswer[] = [];
    for (const [index, question] of this.#local.questions.entries()) {
      // The same question again has the same answer.
      const known = answers[this.#local.questions.indexOf(question)];
      const pieces = known === undefined ? this.#specialist.stream(question) : replayed(known);
      let begun = false;
      let step = await pieces.next();
      for (; step.done !== true; step = await pieces.next()) {
        if (!begun) yield* this.#begin(index).map(chunk => this.#event(chunk));
        begun = true;
        yield this.#event(this.#format.piece(index, this.show(step.value)));
      }
      if (!begun) yield* this.#begin(index).map(chunk => this.#event(chunk));
      answers.push(step.value);
      yield this.#event(this.#format.end(this.#choice(index, step.value)));
    }
    Object.assign(record, this.record(answers));
    yield* this.#finish(answers);
  }

  streamed(body: AsyncIterable<Uint8Array>, record: AnswerRecord): ServeAnswer {
    return { status: 200, contentType: 'text/event-stream; charset=utf-8', headers: {}, body, record };
  }

  /** @param answers null while they are still being made */
  record(answers: readonly LocalAnswer[] | null): AnswerRecord {
    const first = answers?.[0];
    const text = first === undefined ? null : this.show(first.text);
    return {
      route: 'local',
      reason: null,
      confidence: first?.scores == null ? null : Math.max(...first.scores.probabilities),
      servedBy: this.#specialist.name,
      answer: text,
      localAnswer: null,
      largeAnswer: null,
      usage: answers === null ? null : this.#usage(answers),
      ignored: this.#local.ignored,
    };
  }

  #choice(index: number, answer: LocalAnswer): Choice {
    const { topLogprobs } = this.#local;
    const { finishReason, scores } = answer;
    const shown = answer.logprobs?.map(one => ({ ...one, top: one.top.slice(0, topLogprobs ?? 0) })) ?? null;
    const logprobs =
      topLogprobs === null ? null : scores === null ? shown : this.#labelLogprobs(answer, topLogprobs);
    return { index, text: this.show(answer.text), finishReason, logprobs };
  }

  /** A label stands as one token: its probability is that of the whole label among all labels. */
  #labelLogprobs({ scores }: LocalAnswer, count: number): TokenLogprob[] {
    const { task } = this.#specialist.manifest;
    if (scores === null || task.kind !== 'classify') return [];
    const ranked = task.labels
      .map((token, index) => ({
        token,
        logprob: Math.max(lowestLogprob, Math.log(scores.probabilities[index] ?? 0)),
      }))
      .sort((a, b) => b.logprob - a.logprob);
    return ranked.slice(0, 1).map(best => ({ ...best, tokenId: null, top: ranked.slice(0, count) }));
  }

  /** The prompt is read once for all choices of one conversation; every choice is written. */
  #usage(answers: readonly LocalAnswer[]): Usage {
    const conversations = new Map(
      answers.map((answer, index) => [this.#local.questions[index]!.messages, answer.usage]),
    );
    const prompts = [...conversations.values()];
    return {
      promptTokens: prompts.reduce((sum, usage) => sum + usage.promptTokens, 0),
      cachedTokens: prompts.reduce((sum, usage) => sum + usage.cachedTokens, 0),
      completionTokens: answers.reduce((sum, { usage }) => sum + usage.completionTokens, 0),
      costUsd: costOf(answers),
    };
  }

  #begin(index: number): object[] {
    const chunk = this.#format.begin(index);
    return chunk === null ? [] : [chunk];
  }

  #finish(answers: readonly LocalAnswer[]): Buffer[] {
    const usage = this.#local.includeUsage
      ? [Buffer.from(`data: ${JSON.stringify(this.#format.usage(this.#usage(answers)))}\n\n`)]
      : [];
    return [...usage, Buffer.from('data: [DONE]\n\n')];
  }

  /** Where usage comes at the end, every chunk before says that it is still to come. */
  #event(chunk: object): Buffer {
    const body = this.#local.includeUsage ? { ...chunk, usage: null } : chunk;
    return Buffer.from(`data: ${JSON.stringify(body)}\n\n`);
  }
}

/** What distinct answers cost together, in US dollars; null where none has a price. */
export function costOf(answers: readonly LocalAnswer[]): number | null {
  const costs = [...new Set(answers)].flatMap(({ usage }) => usage.costUsd ?? []);
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}

/** Bytes that are there already. */
async function* iterate(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

/** An answer that is there already, in the shape of one that is being made. */
async function* replayed(answer: LocalAnswer): AsyncGenerator<string, LocalAnswer> {
  yield answer.text;
  return answer;
}
