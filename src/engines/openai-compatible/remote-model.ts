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
import { ConfigError } from '../../core/errors/index.ts';
import { parseBaseUrl } from './base-url.ts';
import {
  createDispatcher,
  type Endpoint,
  invalidAnswer,
  maxResponseBytes,
  post,
  readBody,
  readChunks,
  realSurroundings,
} from './http.ts';
import {
  chunkSchema,
  completionSchema,
  readFinishReason,
  readLogprobs,
  readUsage,
  requestBody,
} from './protocol.ts';
import { cancelled, type Surroundings, withRetries } from './retry.ts';

/**
 * A model behind an OpenAI-compatible API: vLLM, SGLang, Ollama, llama-server, or a cloud.
 * @throws ConfigError `base-url-invalid`
 */
export function openAiCompatibleModel(
  spec: RemoteModelSpec,
  surroundings: Surroundings = realSurroundings,
): ChatModel {
  return new RemoteModel(spec, {
    baseUrl: parseBaseUrl(spec.baseUrl),
    apiKey: spec.apiKey,
    timeoutMs: spec.timeoutMs,
    dispatcher: createDispatcher(spec.timeoutMs),
    surroundings,
  });
}

class RemoteModel implements ChatModel {
  readonly info: ModelInfo;
  readonly #spec: RemoteModelSpec;
  readonly #endpoint: Endpoint;

  constructor(spec: RemoteModelSpec, endpoint: Endpoint) {
    this.#spec = spec;
    this.#endpoint = endpoint;
    this.info = {
      id: spec.id,
      contextTokens: null,
      supports: { logprobs: true, jsonSchema: true, score: false },
    };
  }

  async generate(request: GenerateRequest): Promise<Completion> {
    const started = this.#endpoint.surroundings.now();
    const text = await this.#withRetries(request, async signal => {
      const body = requestBody(this.#spec.model, request, false);
      const response = await post(this.#endpoint, 'chat/completions', body, signal);
      return readBody(response, maxResponseBytes, this.#endpoint);
    });
    const parsed = completionSchema.safeParse(this.#json(text));
    if (!parsed.success) throw invalidAnswer('it is not a chat completion', this.#endpoint, parsed.error);
    const choice = parsed.data.choices[0]!;
    return {
      text: choice.message.content ?? '',
      finishReason: readFinishReason(choice.finish_reason),
      logprobs: request.topLogprobs === undefined ? null : readLogprobs(choice.logprobs, request.topLogprobs),
      usage: readUsage(parsed.data.usage, this.#spec.price),
      latencyMs: this.#endpoint.surroundings.now() - started,
    };
  }

  /** Retries only until the response begins: what was shown is never generated anew. */
  async *stream(request: GenerateRequest): AsyncIterable<CompletionChunk> {
    const started = this.#endpoint.surroundings.now();
    const stop = new AbortController();
    const whole = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
    try {
      const { response, signal } = await this.#withRetries({ ...request, signal: whole }, async signal => ({
        response: await post(
          this.#endpoint,
          'chat/completions',
          requestBody(this.#spec.model, request, true),
          signal,
        ),
        signal,
      }));
      let text = '';
      let finish: FinishReason | null = null;
      let usage = readUsage(null, null);
      const logprobs: TokenLogprob[] = [];
      for await (const data of this.#events(readChunks(response, maxResponseBytes, this.#endpoint))) {
        const parsed = chunkSchema.safeParse(this.#json(data));
        if (!parsed.success || parsed.data.error !== undefined)
          throw invalidAnswer('an event of the stream is an error or no chunk', this.#endpoint, parsed.error);
        if (parsed.data.usage) usage = readUsage(parsed.data.usage, this.#spec.price);
        const choice = parsed.data.choices[0];
        if (choice?.finish_reason) finish = readFinishReason(choice.finish_reason);
        logprobs.push(...(readLogprobs(choice?.logprobs, request.topLogprobs ?? 0) ?? []));
        const piece = choice?.delta?.content ?? '';
        text += piece;
        if (piece !== '') yield { text: piece, completion: null };
      }
      if (signal.aborted) throw cancelled();
      if (finish === null) throw invalidAnswer('the stream ended before the answer did', this.#endpoint);
      yield {
        text: '',
        completion: {
          text,
          finishReason: finish,
          logprobs: request.topLogprobs === undefined || logprobs.length === 0 ? null : logprobs,
          usage,
          latencyMs: this.#endpoint.surroundings.now() - started,
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
      `Label scores of ${this.#spec.id} cannot be had exactly through its API`,
      'Let the model generate the label, or open it locally as a GGUF file.',
    );
  }

  async close(): Promise<void> {
    await this.#endpoint.dispatcher.close();
  }

  #withRetries<Result>(
    request: { readonly signal?: AbortSignal },
    attempt: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const outer = request.signal ?? new AbortController().signal;
    if (outer.aborted) return Promise.reject(cancelled());
    return withRetries(
      // A fresh limit for each attempt: the pauses between them do not count.
      () => attempt(AbortSignal.any([outer, AbortSignal.timeout(this.#spec.timeoutMs)])),
      { maxRetries: this.#spec.maxRetries, signal: outer, surroundings: this.#endpoint.surroundings },
    );
  }

  async *#events(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
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

  #json(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw invalidAnswer('it is not JSON', this.#endpoint, error);
    }
  }
}
