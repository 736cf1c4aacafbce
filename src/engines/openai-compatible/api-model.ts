import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type {
  ChatModel,
  Completion,
  CompletionChunk,
  FinishReason,
  GenerateRequest,
  LabelScores,
  ModelInfo,
  RemoteModelSpec,
  ScoreRequest,
  TokenLogprob,
} from '../../core/chat-model.ts';
import { ConfigError, type UpstreamError } from '../../core/errors/index.ts';
import {
  chunkSchema,
  completionSchema,
  readFinishReason,
  readLogprobs,
  readUsage,
  requestBody,
} from './protocol.ts';

/** Prices in US dollars per million tokens; null where unknown. */
export type TokenPrice = RemoteModelSpec['price'];

/** How requests of a chat API reach a server and its answers come back; `body` is that of `chat/completions`. */
export interface ChatTransport {
  /** The whole answer as text. @throws UpstreamError | InterruptedError */
  whole(body: object, signal: AbortSignal): Promise<{ readonly text: string; readonly price: TokenPrice }>;
  /** Bytes of a streamed answer, once its head has come. @throws UpstreamError | InterruptedError */
  streamed(
    body: object,
    signal: AbortSignal,
  ): Promise<{ readonly chunks: AsyncIterable<Uint8Array>; readonly price: TokenPrice }>;
  /** An answer that came and cannot be used, in words that name the server. */
  invalid(why: string, cause?: unknown): UpstreamError;
  /** Milliseconds since the epoch. */
  now(): number;
  close(): Promise<void>;
}

export interface ApiModelOptions {
  /** Stable name for records. */
  readonly id: string;
  /** As the server names it. */
  readonly model: string;
  /** Whether the server gives log-probabilities; default true. Where it does not they are not asked for. */
  readonly logprobs?: boolean;
}

/** A model behind the chat API, whichever way its requests are sent. */
export class ApiModel implements ChatModel {
  readonly info: ModelInfo;
  readonly #model: string;
  readonly #transport: ChatTransport;

  constructor({ id, model, logprobs = true }: ApiModelOptions, transport: ChatTransport) {
    this.#model = model;
    this.#transport = transport;
    this.info = { id, contextTokens: null, supports: { logprobs, jsonSchema: true, score: false } };
  }

  async generate(request: GenerateRequest): Promise<Completion> {
    const started = this.#transport.now();
    const body = requestBody(this.#model, request, false);
    const { text, price } = await this.#transport.whole(body, request.signal ?? new AbortController().signal);
    const parsed = completionSchema.safeParse(this.#json(text));
    if (!parsed.success) throw this.#transport.invalid('it is not a chat completion', parsed.error);
    const choice = parsed.data.choices[0]!;
    return {
      text: choice.message.content ?? '',
      finishReason: readFinishReason(choice.finish_reason),
      logprobs: request.topLogprobs === undefined ? null : readLogprobs(choice.logprobs, request.topLogprobs),
      usage: readUsage(parsed.data.usage, price),
      latencyMs: this.#transport.now() - started,
    };
  }

  async *stream(request: GenerateRequest): AsyncIterable<CompletionChunk> {
    const started = this.#transport.now();
    const stop = new AbortController();
    const whole = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
    try {
      const body = requestBody(this.#model, request, true);
      const { chunks, price } = await this.#transport.streamed(body, whole);
      let text = '';
      let finish: FinishReason | null = null;
      let usage = readUsage(null, null);
      const logprobs: TokenLogprob[] = [];
      for await (const data of events(chunks)) {
        const parsed = chunkSchema.safeParse(this.#json(data));
        if (!parsed.success || parsed.data.error !== undefined)
          throw this.#transport.invalid('an event of the stream is an error or no chunk', parsed.error);
        if (parsed.data.usage) usage = readUsage(parsed.data.usage, price);
        const choice = parsed.data.choices[0];
        if (choice?.finish_reason) finish = readFinishReason(choice.finish_reason);
        logprobs.push(...(readLogprobs(choice?.logprobs, request.topLogprobs ?? 0) ?? []));
        const piece = choice?.delta?.content ?? '';
        text += piece;
        if (piece !== '') yield { text: piece, completion: null };
      }
      if (finish === null) throw this.#transport.invalid('the stream ended before the answer did');
      yield {
        text: '',
        completion: {
          text,
          finishReason: finish,
          logprobs: request.topLogprobs === undefined || logprobs.length === 0 ? null : logprobs,
          usage,
          latencyMs: this.#transport.now() - started,
        },
      };
    } finally {
      stop.abort();
    }
  }

  /**
   * Not offered: the chat API gives log-probabilities of the likeliest tokens only and no way to constrain
   * or prefill each branch, so the probability of every label cannot be had exactly.
   * @throws ConfigError `score-unsupported`
   */
  async score(_request: ScoreRequest): Promise<LabelScores> {
    throw new ConfigError(
      'score-unsupported',
      `Label scores of ${this.info.id} cannot be had exactly through its API`,
      'Let the model generate the label, or open it locally as a GGUF file.',
    );
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #json(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw this.#transport.invalid('it is not JSON', error);
    }
  }
}

/** Data of the events of a stream, up to the one that ends it. */
async function* events(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const waiting: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: event => waiting.push(event) });
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const event of waiting.splice(0)) {
      if (event.data === '[DONE]') return;
      yield event.data;
    }
  }
}
