import type { Message } from './example.ts';
import type { JsonSchema } from './json.ts';

/** What a model behind an engine can do. */
export interface ModelInfo {
  /** Stable name for records: file name, alias or upstream model id. */
  readonly id: string;
  readonly contextTokens: number | null;
  readonly supports: { readonly logprobs: boolean; readonly jsonSchema: boolean; readonly score: boolean };
}

/** A token as text. */
export interface TokenText {
  readonly token: string;
  /** Its bytes where the text does not say them: those of a part of a character. Absent elsewhere. */
  readonly bytes?: readonly number[];
}

/** Natural-log probability of one generated token. */
export interface TokenLogprob extends TokenText {
  /** Vocabulary index; null where the upstream does not say. */
  readonly tokenId: number | null;
  /** Natural logarithm, at most 0. */
  readonly logprob: number;
  readonly top: readonly (TokenText & { readonly logprob: number })[];
}

export interface GenerateRequest {
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  /** 0 is greedy. Default 0. */
  readonly temperature?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  /** Constrain the answer to this schema. */
  readonly jsonSchema?: JsonSchema;
  /** Ask for log-probabilities with this many alternatives (0: only the chosen token). */
  readonly topLogprobs?: number;
  readonly signal?: AbortSignal;
}

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt tokens that were not computed again (prefix reuse) or billed as cached. */
  readonly cachedTokens: number;
  /** Money, in US dollars; null where no price is known. */
  readonly costUsd: number | null;
}

export type FinishReason = 'stop' | 'length' | 'tool' | 'filter';

export interface Completion {
  readonly text: string;
  readonly finishReason: FinishReason;
  /** Present exactly when asked for and supported. */
  readonly logprobs: readonly TokenLogprob[] | null;
  readonly usage: Usage;
  readonly latencyMs: number;
}

export interface CompletionChunk {
  readonly text: string;
  /** Set on the last chunk only. */
  readonly completion: Completion | null;
}

export interface ScoreRequest {
  readonly messages: readonly Message[];
  readonly labels: readonly string[];
  /**
   * How many of the likeliest labels must have their exact probability; all when absent. With fewer, a branch that
   * cannot hold one of them is left whole: its labels share its mass equally, and none of them has more than the
   * last exact one.
   */
  readonly exactLabels?: number;
  readonly signal?: AbortSignal;
}

/** Probability of every label under label-constrained decoding: they sum to 1. */
export interface LabelScores {
  /** In the order of the request's labels, each 0..1. */
  readonly probabilities: readonly number[];
  /** Label of highest probability; ties go to the earlier label. */
  readonly best: string;
  readonly usage: Usage;
  readonly latencyMs: number;
}

/** A model that answers conversations. Implementations are safe to call concurrently. */
export interface ChatModel {
  readonly info: ModelInfo;
  /** @throws UpstreamError | InterruptedError | DataError `input-too-long` */
  generate(request: GenerateRequest): Promise<Completion>;
  stream(request: GenerateRequest): AsyncIterable<CompletionChunk>;
  /** @throws ConfigError `score-unsupported` where `info.supports.score` is false */
  score(request: ScoreRequest): Promise<LabelScores>;
  close(): Promise<void>;
}

/** Turns messages into the exact text a model was trained on. */
export interface ChatTemplate {
  /** Stable hash of the template, for parity checks between training and serving. */
  readonly hash: string;
  /** Text ending where the assistant's answer begins. Special tokens are written as text. */
  render(messages: readonly Message[]): string;
  /** Text that ends an answer, appended to every training target, e.g. `<|im_end|>`. */
  readonly endOfTurn: string;
  /** Further strings that end an answer when generating. */
  readonly stop: readonly string[];
}

/** What to open: a local GGUF with adapters, or a model behind an API. */
export interface LocalModelSpec {
  readonly kind: 'local';
  readonly id: string;
  /** GGUF file. */
  readonly modelPath: string;
  /** LoRA adapters in GGUF, applied in order on the shared base. */
  readonly adapters: readonly { readonly path: string; readonly scale: number }[];
  readonly template: ChatTemplate;
  readonly contextTokens: number;
  /** Requests decoded at once. */
  readonly sequences: number;
  /** Tokens that all sequences together may keep, which sets the memory of the cache; default `contextTokens` each. */
  readonly cacheTokens?: number;
  /** Earlier prompts kept in the cache, so that a request which begins like one of them is read faster; default 0. */
  readonly rememberedPrompts?: number;
  /**
   * Guess several tokens of an answer from earlier ones and check them in one call; default false. The time of an
   * answer then depends on what was answered before, and its log-probabilities in their last digits.
   */
  readonly draftsAnswers?: boolean;
  /** null: all cores. */
  readonly threads: number | null;
  /** Layers on the GPU; 0 is CPU only, 'auto' what fits. */
  readonly gpuLayers: number | 'auto';
}

export interface RemoteModelSpec {
  readonly kind: 'remote';
  readonly id: string;
  /** OpenAI-compatible base URL, e.g. `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string | null;
  /** Prices in US dollars per million tokens; null where unknown. */
  readonly price: { readonly input: number; readonly cachedInput: number; readonly output: number } | null;
  readonly timeoutMs: number;
  readonly maxRetries: number;
}

export interface ScriptedModelSpec {
  readonly kind: 'scripted';
  readonly id: string;
  /** Answers by exact text of the last user message; `default` answers everything else. */
  readonly answers: Readonly<Record<string, string>>;
  readonly default: string;
}

export type ModelSpec = LocalModelSpec | RemoteModelSpec | ScriptedModelSpec;

/** Opens models. */
export interface Engine {
  open(spec: ModelSpec): Promise<ChatModel>;
}
