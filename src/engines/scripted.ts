import type {
  ChatModel,
  Completion,
  CompletionChunk,
  GenerateRequest,
  LabelScores,
  ModelInfo,
  ScoreRequest,
  ScriptedModelSpec,
} from '../core/chat-model.ts';
import { ConfigError, InterruptedError, UpstreamError } from '../core/errors/index.ts';

/** Answers that begin so fail with the code that follows: `!fail upstream-rate-limited`. */
const failure = '!fail ';

/**
 * A model that answers from a table, for tests of protocols and faults. It computes nothing: its figures say
 * nothing about any real model. Words count as tokens.
 */
export class ScriptedModel implements ChatModel {
  readonly info: ModelInfo;
  readonly #spec: ScriptedModelSpec;

  constructor(spec: ScriptedModelSpec) {
    this.#spec = spec;
    this.info = {
      id: spec.id,
      contextTokens: null,
      supports: { logprobs: false, jsonSchema: false, score: true },
    };
  }

  /** @throws UpstreamError of the scripted code | InterruptedError `request-cancelled` */
  async generate(request: GenerateRequest): Promise<Completion> {
    const answer = this.#answer(request);
    const words = answer.split(/(?<=\s)(?=\S)/);
    const cut = words.length > request.maxTokens;
    return {
      text: words.slice(0, request.maxTokens).join(''),
      finishReason: cut ? 'length' : 'stop',
      logprobs: null,
      usage: usage(request, Math.min(words.length, request.maxTokens)),
      latencyMs: 0,
    };
  }

  async *stream(request: GenerateRequest): AsyncIterable<CompletionChunk> {
    const completion = await this.generate(request);
    for (const text of completion.text.split(/(?<=\s)(?=\S)/)) {
      request.signal?.throwIfAborted();
      yield { text, completion: null };
    }
    yield { text: '', completion };
  }

  /** Probability 1 for the scripted answer. @throws ConfigError `score-unsupported` when it is no label */
  async score(request: ScoreRequest): Promise<LabelScores> {
    const answer = this.#answer(request);
    const index = request.labels.indexOf(answer);
    if (index < 0)
      throw new ConfigError(
        'score-unsupported',
        `The scripted answer "${answer}" is not one of the labels`,
        'Script an answer that is a label.',
      );
    return {
      probabilities: request.labels.map((_, label) => (label === index ? 1 : 0)),
      best: answer,
      usage: usage(request, 0),
      latencyMs: 0,
    };
  }

  async close(): Promise<void> {}

  #answer({ messages, signal }: ScoreRequest | GenerateRequest): string {
    if (signal?.aborted)
      throw new InterruptedError('request-cancelled', 'The request was cancelled', 'Send it again.');
    const question = messages.findLast(message => message.role === 'user')?.content ?? '';
    const { answers } = this.#spec;
    const answer = Object.hasOwn(answers, question) ? answers[question]! : this.#spec.default;
    if (!answer.startsWith(failure)) return answer;
    throw new UpstreamError(
      answer.slice(failure.length),
      `The scripted model ${this.#spec.id} fails on this input`,
      'Change the script.',
    );
  }
}

function usage(request: ScoreRequest | GenerateRequest, completionTokens: number) {
  const words = request.messages.flatMap(message => message.content.split(/\s+/).filter(Boolean));
  return { promptTokens: words.length, completionTokens, cachedTokens: 0, costUsd: null };
}
