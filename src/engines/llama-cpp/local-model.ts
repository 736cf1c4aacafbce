import type {
  ChatModel,
  Completion,
  CompletionChunk,
  GenerateRequest,
  LabelScores,
  LocalModelSpec,
  ModelInfo,
  ScoreRequest,
  Usage,
} from '../../core/chat-model.ts';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import { Grammar } from './decoding/grammar.ts';
import { jsonSchemaGrammar } from './decoding/json-schema-grammar.ts';
import { buildLabelTrie, type TrieNode } from './decoding/label-trie.ts';
import { seededRandom } from './decoding/sampling.ts';
import { Context, cacheTokensOf } from './native/context.ts';
import { acquireWeights, type Weights } from './native/weights.ts';
import { AnswerDrafts } from './scheduling/answer-drafts.ts';
import { GenerateJob } from './scheduling/generate-job.ts';
import { NextTokenJob } from './scheduling/next-token-job.ts';
import { Scheduler } from './scheduling/scheduler.ts';
import { ScoreJob } from './scheduling/score-job.ts';

/** Bytes; the longest tokens of vocabularies in use are runs of 128 spaces. */
const longestTokenBytes = 256;

/** A GGUF model in this process, through llama.cpp. Safe to call concurrently: requests share batches. */
export class LocalModel implements ChatModel {
  readonly info: ModelInfo;
  readonly #spec: LocalModelSpec;
  readonly #weights: Weights;
  readonly #context: Context;
  readonly #scheduler: Scheduler;
  readonly #release: () => void;
  readonly #endOfTurn: readonly number[];
  readonly #drafts: AnswerDrafts | null;
  readonly #tries = new Map<string, TrieNode>();
  #closing: Promise<void> | null = null;

  private constructor(spec: LocalModelSpec, weights: Weights, context: Context, release: () => void) {
    this.info = {
      id: spec.id,
      contextTokens: spec.contextTokens,
      supports: { logprobs: true, jsonSchema: true, score: true },
    };
    this.#spec = spec;
    this.#weights = weights;
    this.#context = context;
    this.#release = release;
    this.#scheduler = new Scheduler(context, spec.sequences, cacheTokensOf(spec));
    this.#drafts = spec.draftsAnswers ? new AnswerDrafts() : null;
    this.#endOfTurn = weights.tokenize(spec.template.endOfTurn);
  }

  /** @throws DataError `gguf-invalid` | `adapter-invalid` | PrerequisiteError `model-missing` | `out-of-memory` */
  static async open(spec: LocalModelSpec): Promise<LocalModel> {
    const { weights, release } = await acquireWeights(spec.modelPath, spec.gpuLayers);
    try {
      return new LocalModel(spec, weights, await Context.create(weights, spec), release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Token ids of rendered text, exactly as they are evaluated: for the parity check with training. */
  tokenize(text: string): number[] {
    return this.#weights.tokenize(text);
  }

  /** Text of token ids, special tokens left out. */
  detokenize(tokens: readonly number[]): string {
    return Buffer.concat(tokens.map(token => this.#weights.piece(token))).toString('utf8');
  }

  /** Natural-log probabilities of some tokens after a text, whole-vocabulary softmax: the reference for `score`. */
  async nextLogprobs(text: string, tokens: readonly number[]): Promise<number[]> {
    const job = new NextTokenJob(this.tokenize(text), tokens);
    await this.#scheduler.run(job, undefined);
    return job.logprobs;
  }

  /** Token ids of each label followed by the end of turn, as `score` uses them. */
  labelTokens(labels: readonly string[]): number[][] {
    return labels.map(label => [...this.#weights.tokenize(label), ...this.#endOfTurn]);
  }

  /**
   * Checks that the labels have the tokens they were trained with (without or with the end of turn).
   * @throws DataError `label-tokens-differ`
   */
  verifyLabelTokens(labels: readonly string[], trained: readonly (readonly number[])[]): void {
    const served = this.labelTokens(labels);
    labels.forEach((label, index) => {
      const wanted = JSON.stringify(trained[index]);
      const withEnd = served[index]!;
      const withoutEnd = withEnd.slice(0, withEnd.length - this.#endOfTurn.length);
      if (wanted === JSON.stringify(withEnd) || wanted === JSON.stringify(withoutEnd)) return;
      throw new DataError(
        'label-tokens-differ',
        `Label "${label}" has other tokens here than in training`,
        'Convert the model again: its tokenizer is not the one it was trained with.',
        { details: { label, served: withoutEnd, trained: trained[index] } },
      );
    });
  }

  async generate(request: GenerateRequest): Promise<Completion> {
    return this.#generate(request, () => undefined);
  }

  async *stream(request: GenerateRequest): AsyncIterable<CompletionChunk> {
    const stop = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
    const waiting: string[] = [];
    let wake: () => void = () => undefined;
    let outcome: { completion: Completion } | { error: unknown } | null = null;
    const settle = (value: NonNullable<typeof outcome>) => {
      outcome = value;
      wake();
    };
    void this.#generate({ ...request, signal }, text => {
      waiting.push(text);
      wake();
    }).then(
      completion => settle({ completion }),
      error => settle({ error }),
    );
    try {
      for (;;) {
        while (waiting.length > 0) yield { text: waiting.shift()!, completion: null };
        const ended = outcome as { completion: Completion } | { error: unknown } | null;
        if (ended === null) {
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        } else if ('error' in ended) throw ended.error;
        else {
          yield { text: '', completion: ended.completion };
          return;
        }
      }
    } finally {
      // The caller left the loop early: the slot must not go on decoding for nobody.
      stop.abort();
    }
  }

  async score(request: ScoreRequest): Promise<LabelScores> {
    const started = performance.now();
    const root = this.#trie(request.labels);
    const { exactLabels = request.labels.length } = request;
    const exact = exactLabels < request.labels.length ? Math.max(1, exactLabels) : null;
    const job = new ScoreJob(this.#prompt(request.messages, longestLabel(root)), root, exact);
    await this.#scheduler.run(job, request.signal);
    const probabilities = job.probabilities(request.labels.length);
    const best = probabilities.indexOf(Math.max(...probabilities));
    return {
      probabilities,
      best: request.labels[best]!,
      usage: usage(job.prompt.length, job.evaluatedTokens, job.cachedTokens),
      latencyMs: performance.now() - started,
    };
  }

  /** Waits for the step in progress, then frees the cache; the weights go with their last user. */
  close(): Promise<void> {
    this.#closing ??= this.#scheduler.close().then(() => {
      this.#context.free();
      this.#release();
    });
    return this.#closing;
  }

  async #generate(request: GenerateRequest, onText: (text: string) => void): Promise<Completion> {
    const started = performance.now();
    const { template, contextTokens } = this.#spec;
    const prompt = this.#prompt(request.messages, 1);
    const gbnf = request.jsonSchema === undefined ? null : jsonSchemaGrammar(request.jsonSchema);
    const endOfTurn = this.#endOfTurn.length === 1 ? this.#endOfTurn[0] : null;
    const grammar = gbnf === null ? null : new Grammar(this.#weights, gbnf);
    try {
      const job = new GenerateJob({
        prompt,
        maxTokens: Math.min(request.maxTokens, contextTokens - prompt.length),
        temperature: request.temperature ?? 0,
        random: request.seed === undefined ? Math.random : seededRandom(request.seed),
        stop: [...(request.stop ?? []), ...template.stop, template.endOfTurn],
        endsAt: token => token === endOfTurn || this.#weights.ends(token),
        grammar,
        drafts: this.#drafts,
        topLogprobs: request.topLogprobs ?? null,
        onText,
      });
      await this.#scheduler.run(job, request.signal);
      return {
        text: job.text,
        finishReason: job.finishReason,
        logprobs: request.topLogprobs === undefined ? null : job.logprobs,
        usage: usage(prompt.length, job.completionTokens, job.cachedTokens),
        latencyMs: performance.now() - started,
      };
    } finally {
      grammar?.free();
    }
  }

  /** @throws DataError `input-too-long` when the prompt and so many more tokens exceed the context */
  #prompt(messages: GenerateRequest['messages'], reserve: number): number[] {
    const { contextTokens, template } = this.#spec;
    const text = template.render(messages);
    // A text of megabytes must not hold up the event loop only to be refused.
    const hopeless = Buffer.byteLength(text) > longestTokenBytes * contextTokens;
    const prompt = hopeless ? null : this.tokenize(text);
    if (prompt !== null && prompt.length + reserve <= contextTokens && prompt.length > 0) return prompt;
    const length = prompt === null ? `more than ${contextTokens}` : String(prompt.length);
    throw new DataError(
      prompt?.length === 0 ? 'input-empty' : 'input-too-long',
      `The input has ${length} tokens; the model takes 1 to ${contextTokens - reserve}`,
      'Shorten the input, or raise `contextTokens` as far as the model allows.',
      { details: { promptTokens: prompt?.length ?? null, contextTokens } },
    );
  }

  #trie(labels: readonly string[]): TrieNode {
    if (labels.length === 0)
      throw new ConfigError('labels-missing', 'No labels were given to score', 'Pass at least one label.');
    const key = JSON.stringify(labels);
    const known = this.#tries.get(key);
    if (known !== undefined) return known;
    const root = buildLabelTrie(this.labelTokens(labels));
    // Label sets are few in practice; a caller that makes one a request must not fill the memory.
    if (this.#tries.size >= 64) this.#tries.clear();
    this.#tries.set(key, root);
    return root;
  }
}

function usage(promptTokens: number, completionTokens: number, cachedTokens: number): Usage {
  return { promptTokens, completionTokens, cachedTokens, costUsd: null };
}

function longestLabel(node: TrieNode): number {
  return Math.max(node.depth, ...[...node.children.values()].map(longestLabel));
}
