import type { ChatModel } from '../../core/chat-model.ts';
import { UpstreamError } from '../../core/errors/index.ts';
import type { Upstream } from '../../core/upstream.ts';
import { ApiModel, type ChatTransport, type TokenPrice } from '../openai-compatible/api-model.ts';

export interface UpstreamModelOptions {
  /** Stable name for records. */
  readonly id: string;
  /** Closed with the model. */
  readonly upstream: Upstream;
  /** Name that the servers know the model by; a group may give each of its servers another. */
  readonly model: string;
  /** Whether the servers give log-probabilities; where they do not they are not asked for. */
  readonly logprobs: boolean;
  /** Longest time for an answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Prices by the name of the server that answered; null where unknown. */
  readonly priceOf: (servedBy: string) => TokenPrice;
}

/**
 * A model that the gateway's upstreams serve: a specialist on vLLM, Ollama or llama-server, on one server or several.
 * Health, retries and failover are the upstream's.
 */
export function upstreamModel(options: UpstreamModelOptions): ChatModel {
  return new ApiModel(options, new UpstreamTransport(options));
}

class UpstreamTransport implements ChatTransport {
  readonly #options: UpstreamModelOptions;

  constructor(options: UpstreamModelOptions) {
    this.#options = options;
  }

  async whole(body: object, signal: AbortSignal) {
    const { chunks, price } = await this.streamed(body, signal);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
    return { text: text + decoder.decode(), price };
  }

  async streamed(body: object, signal: AbortSignal) {
    const { upstream, model, timeoutMs, priceOf } = this.#options;
    const name = JSON.stringify(model);
    const start = '{"model":'.length;
    const response = await upstream.send({
      path: 'chat/completions',
      body: Buffer.from(JSON.stringify({ model, ...body })),
      modelRange: [start, start + Buffer.byteLength(name)],
      headers: {},
      signal,
      timeoutMs,
    });
    return { chunks: response.body, price: priceOf(response.servedBy) };
  }

  invalid(why: string, cause?: unknown): UpstreamError {
    return new UpstreamError(
      'upstream-invalid-answer',
      `The answer of ${this.#options.id} cannot be used: ${why}`,
      'Check that `baseUrl` points at an OpenAI-compatible API.',
      { cause },
    );
  }

  now(): number {
    return Date.now();
  }

  close(): Promise<void> {
    return this.#options.upstream.close();
  }
}
