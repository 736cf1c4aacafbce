import type { ChatModel, RemoteModelSpec } from '../../core/chat-model.ts';
import type { UpstreamError } from '../../core/errors/index.ts';
import { ApiModel, type ChatTransport } from './api-model.ts';
import { parseBaseUrl } from './base-url.ts';
import {
  createDispatcher,
  type Endpoint,
  invalidAnswer,
  maxResponseBytes,
  post,
  readBody,
  readChunks,
} from './http.ts';
import { cancelled, realSurroundings, type Surroundings, withRetries } from './retry.ts';

/**
 * A model behind an OpenAI-compatible API: vLLM, SGLang, Ollama, llama-server, or a cloud.
 * @throws ConfigError `base-url-invalid`
 */
export function openAiCompatibleModel(
  spec: RemoteModelSpec,
  surroundings: Surroundings = realSurroundings,
): ChatModel {
  const endpoint = {
    baseUrl: parseBaseUrl(spec.baseUrl),
    apiKey: spec.apiKey,
    timeoutMs: spec.timeoutMs,
    dispatcher: createDispatcher(spec.timeoutMs),
    surroundings,
  };
  return new ApiModel(spec, new EndpointTransport(spec, endpoint));
}

/** One server under one address, with retries of its own. */
class EndpointTransport implements ChatTransport {
  readonly #spec: RemoteModelSpec;
  readonly #endpoint: Endpoint;

  constructor(spec: RemoteModelSpec, endpoint: Endpoint) {
    this.#spec = spec;
    this.#endpoint = endpoint;
  }

  async whole(body: object, outer: AbortSignal) {
    const text = await this.#withRetries(outer, async signal => {
      const response = await post(this.#endpoint, 'chat/completions', body, signal);
      return readBody(response, maxResponseBytes, this.#endpoint);
    });
    return { text, price: this.#spec.price };
  }

  /** Retries only until the response begins: what was shown is never generated anew. */
  async streamed(body: object, outer: AbortSignal) {
    const { response, signal } = await this.#withRetries(outer, async signal => ({
      response: await post(this.#endpoint, 'chat/completions', body, signal),
      signal,
    }));
    const chunks = readChunks(response, maxResponseBytes, this.#endpoint);
    return { chunks: unlessAborted(chunks, signal), price: this.#spec.price };
  }

  invalid(why: string, cause?: unknown): UpstreamError {
    return invalidAnswer(why, this.#endpoint, cause);
  }

  now(): number {
    return this.#endpoint.surroundings.now();
  }

  async close(): Promise<void> {
    await this.#endpoint.dispatcher.close();
  }

  #withRetries<Result>(
    outer: AbortSignal,
    attempt: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (outer.aborted) return Promise.reject(cancelled());
    return withRetries(
      // A fresh limit for each attempt: the pauses between them do not count.
      () => attempt(AbortSignal.any([outer, AbortSignal.timeout(this.#spec.timeoutMs)])),
      { maxRetries: this.#spec.maxRetries, signal: outer, surroundings: this.#endpoint.surroundings },
    );
  }
}

/** A body that was cut off by us ends as if it were whole. */
async function* unlessAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
  if (signal.aborted) throw cancelled();
}
