import { specialistMessages } from '../../../../answering/index.ts';
import { DataError } from '../../../../core/errors/index.ts';
import type { Message } from '../../../../core/example.ts';
import type { SecondOpinionKind } from '../../../../core/second-opinion.ts';
import type { ServeRequest } from '../../answerer.ts';
import { type InputRule, inputMessages } from '../input-rule.ts';
import type { LocalQuestion, LocalSpecialist } from '../local-specialist.ts';
import { type AnswerShape, answerShape } from './answer-shape.ts';
import { readBody } from './request-body.ts';

/** Most answers of one request: prompts times `n`. */
const maxChoices = 128;

/** What the caller needs of an answer besides the client. */
export interface SignalNeeds {
  /** Alternatives a token of a generated answer; null for no log-probabilities. */
  readonly logprobs: number | null;
  /** The exact probability of every label, not of the likeliest alone, which is found faster. */
  readonly allLabels: boolean;
  /** How the specialist is asked again about its answer; null not at all. */
  readonly secondOpinion: SecondOpinionKind | null;
}

export const noSignals: SignalNeeds = { logprobs: null, allLabels: false, secondOpinion: null };

/** A request as the specialist will answer it. */
export interface LocalRequest {
  /** What the first conversation asks, as the specialist was trained to see it but for its own system message. */
  readonly input: readonly Message[];
  /** One a choice, in order; choices that cannot differ are one and the same object. */
  readonly questions: readonly LocalQuestion[];
  readonly shape: AnswerShape;
  /** Alternatives a token that the client wants to see; null for no log-probabilities. */
  readonly topLogprobs: number | null;
  readonly includeUsage: boolean;
  readonly ignored: readonly string[];
}

/**
 * Reads what a client sent and says how the specialist answers it.
 * @throws DataError `request-invalid` | `content-unsupported` | `tools-unsupported` | `endpoint-unsupported` |
 *   `response-format-unsupported`
 */
export function readLocalRequest(
  specialist: LocalSpecialist,
  rule: InputRule,
  request: Pick<ServeRequest, 'path' | 'body'>,
  signal: AbortSignal,
  needs: SignalNeeds,
): LocalRequest {
  const { task, prompt, labelTokens } = specialist.manifest;
  const asked = readBody(request.path, request.body);
  if (asked.conversations.length * asked.choices > maxChoices)
    throw new DataError(
      'request-invalid',
      `The request asks for ${asked.conversations.length * asked.choices} answers; ${maxChoices} is the most`,
      'Lower n, or send fewer prompts at once.',
      { details: { param: 'n' } },
    );
  const shape = answerShape(task, asked.format);
  const temperature = asked.temperature ?? 0;
  const sampled = temperature > 0 && !specialist.scoresLabels;
  const topLogprobs = Math.max(asked.topLogprobs ?? -1, needs.logprobs ?? -1);
  const inputs = asked.conversations.map(conversation => inputMessages(conversation, rule));
  const questions = inputs.flatMap(input => {
    const messages = specialistMessages(prompt, { messages: input });
    const question = (choice: number): LocalQuestion => ({
      messages,
      shape,
      maxTokens: Math.min(asked.maxTokens ?? prompt.maxAnswerTokens, prompt.maxAnswerTokens),
      temperature,
      // Choices of one seed would be equal.
      seed: asked.seed === null ? null : asked.seed + choice,
      stop: asked.stop,
      topLogprobs: topLogprobs < 0 ? null : topLogprobs,
      exactLabels: needs.allLabels ? null : Math.max(1, asked.topLogprobs ?? 1),
      signal,
    });
    const first = question(0);
    return Array.from({ length: asked.choices }, (_, choice) =>
      choice === 0 || !sampled ? first : question(choice),
    );
  });
  // A label is given whole and is the likeliest one, whatever the sampling.
  const longestLabel = Math.max(0, ...(labelTokens ?? []).map(tokens => tokens.length));
  const labelIgnores = specialist.scoresLabels
    ? [
        ...(temperature > 0 ? ['temperature'] : []),
        ...(asked.stop.length > 0 ? ['stop'] : []),
        ...(asked.maxTokens !== null && asked.maxTokens < longestLabel ? [asked.maxTokensName] : []),
      ]
    : [];
  return {
    input: inputs[0]!,
    questions,
    shape,
    topLogprobs: asked.topLogprobs,
    includeUsage: asked.includeUsage,
    ignored: [...asked.ignored, ...labelIgnores, ...(shape.ignoresFormat ? ['response_format'] : [])],
  };
}
