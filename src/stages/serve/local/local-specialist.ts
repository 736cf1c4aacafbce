import { askAgain } from '../../../answering/index.ts';
import type {
  ChatModel,
  Completion,
  FinishReason,
  LabelScores,
  TokenLogprob,
  Usage,
} from '../../../core/chat-model.ts';
import { ConfigError, DataError } from '../../../core/errors/index.ts';
import type { Message } from '../../../core/example.ts';
import type { SecondOpinion, SecondOpinionKind } from '../../../core/second-opinion.ts';
import type { SpecialistManifest } from '../../../core/specialist.ts';
import { answerSchema } from '../../../core/task.ts';
import { meteredModel } from './metered-model.ts';
import type { AnswerShape } from './wire/answer-shape.ts';

/** What the specialist answered to one input. */
export interface LocalAnswer {
  /** As it was trained to answer: a label, JSON text, or text. */
  readonly text: string;
  readonly finishReason: FinishReason;
  /** Token by token; null where not asked for, and where labels were scored. */
  readonly logprobs: readonly TokenLogprob[] | null;
  /** Probability of every label; null where the answer was generated. */
  readonly scores: LabelScores | null;
  /** False where the answer breaks the task's JSON Schema or is no label; null where nothing is to be checked. */
  readonly valid: boolean | null;
  readonly usage: Usage;
}

/** One input and how it is to be answered. */
export interface LocalQuestion {
  /** After the specialist's own system message was put in front. */
  readonly messages: readonly Message[];
  readonly shape: AnswerShape;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number | null;
  readonly stop: readonly string[];
  readonly topLogprobs: number | null;
  /** Likeliest labels whose probability must be exact; null for all. */
  readonly exactLabels: number | null;
  readonly signal: AbortSignal;
}

export interface LocalSpecialistOptions {
  readonly manifest: SpecialistManifest;
  readonly model: ChatModel;
  /** Whether an answer satisfies the task's JSON Schema (extract); null where nothing is to be checked. */
  readonly satisfiesSchema: ((text: string) => boolean) | null;
}

/** A specialist that is open: answers as it was evaluated. */
export class LocalSpecialist {
  readonly manifest: SpecialistManifest;
  /** Name with the beginning of its hash: which build answered. */
  readonly name: string;
  readonly #model: ChatModel;
  readonly #satisfiesSchema: LocalSpecialistOptions['satisfiesSchema'];

  constructor({ manifest, model, satisfiesSchema }: LocalSpecialistOptions) {
    this.manifest = manifest;
    this.name = `${manifest.name}-${manifest.hash.slice(0, 8)}`;
    this.#model = model;
    this.#satisfiesSchema = satisfiesSchema;
  }

  /** Whether labels are scored, so that sampling has no effect. */
  get scoresLabels(): boolean {
    return this.manifest.task.kind === 'classify' && this.#model.info.supports.score;
  }

  /** @throws DataError `input-too-long` | `response-format-unsupported` | InterruptedError `request-cancelled` */
  async answer(question: LocalQuestion): Promise<LocalAnswer> {
    if (this.scoresLabels) return this.#score(question);
    try {
      return this.#judge(await this.#model.generate(this.#generation(question)));
    } catch (error) {
      throw schemaRefused(error);
    }
  }

  /** The pieces of a generated answer as they come, then the whole. A label is a single piece. */
  async *stream(question: LocalQuestion): AsyncGenerator<string, LocalAnswer> {
    if (this.manifest.task.kind === 'classify') {
      const answer = await this.answer(question);
      yield answer.text;
      return answer;
    }
    try {
      for await (const { text, completion } of this.#model.stream(this.#generation(question))) {
        if (text !== '') yield text;
        if (completion !== null) return this.#judge(completion);
      }
    } catch (error) {
      throw schemaRefused(error);
    }
    throw new Error(`${this.name} ended its stream without a completion`);
  }

  /**
   * Asks again about an answer it gave, as the calibration of a cascade did.
   * @returns also what that cost, in US dollars; null where no price is known
   */
  async secondOpinion(
    kind: SecondOpinionKind,
    { messages, signal }: LocalQuestion,
    text: string,
  ): Promise<{ readonly opinion: SecondOpinion; readonly costUsd: number | null }> {
    const { task, prompt } = this.manifest;
    let costUsd: number | null = null;
    const metered = meteredModel(this.#model, usage => {
      if (usage.costUsd !== null) costUsd = (costUsd ?? 0) + usage.costUsd;
    });
    const opinion = await askAgain(metered, kind, task, {
      messages,
      text,
      maxTokens: prompt.maxAnswerTokens,
      jsonSchema: answerSchema(task),
      signal,
    });
    return { opinion, costUsd };
  }

  close(): Promise<void> {
    return this.#model.close();
  }

  async #score({ messages, exactLabels, signal }: LocalQuestion): Promise<LocalAnswer> {
    const { task, labelTokens } = this.manifest;
    const labels = task.kind === 'classify' ? task.labels : [];
    const scores = await this.#model.score({
      messages,
      labels,
      signal,
      ...(exactLabels === null ? {} : { exactLabels }),
    });
    // The answer's own length, not the tokens that were evaluated to find it.
    const tokens = labelTokens?.[labels.indexOf(scores.best)]?.length ?? scores.usage.completionTokens;
    return {
      text: scores.best,
      finishReason: 'stop',
      logprobs: null,
      scores,
      valid: true,
      usage: { ...scores.usage, completionTokens: tokens },
    };
  }

  #generation({ shape, topLogprobs, seed, ...question }: LocalQuestion) {
    return {
      messages: question.messages,
      maxTokens: question.maxTokens,
      temperature: question.temperature,
      stop: question.stop,
      signal: question.signal,
      ...(seed === null ? {} : { seed }),
      ...(shape.jsonSchema !== null && this.#model.info.supports.jsonSchema
        ? { jsonSchema: shape.jsonSchema }
        : {}),
      ...(topLogprobs !== null && this.#model.info.supports.logprobs ? { topLogprobs } : {}),
    };
  }

  #judge({ text, finishReason, logprobs, usage }: Completion): LocalAnswer {
    const { task } = this.manifest;
    const given = { finishReason, logprobs, scores: null, usage };
    // White space around a label is the server's, not the answer's.
    if (task.kind === 'classify') {
      const label = text.trim();
      return { ...given, text: label, valid: task.labels.includes(label) };
    }
    const valid = task.kind === 'extract' ? (this.#satisfiesSchema?.(text) ?? null) : null;
    return { ...given, text, valid };
  }
}

/** A client's schema that has no grammar is the client's mistake, not the configuration's. */
function schemaRefused(error: unknown): unknown {
  if (!(error instanceof ConfigError) || !['json-schema-unsupported', 'grammar-invalid'].includes(error.code))
    return error;
  return new DataError(
    'response-format-unsupported',
    error.message,
    'Simplify the JSON Schema of response_format.',
    {
      cause: error,
      details: { param: 'response_format' },
    },
  );
}
