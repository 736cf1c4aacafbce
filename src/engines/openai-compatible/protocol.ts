import { z } from 'zod';
import type {
  FinishReason,
  GenerateRequest,
  RemoteModelSpec,
  TokenLogprob,
  TokenText,
  Usage,
} from '../../core/chat-model.ts';

const tokenSchema = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.number()).nullish().catch(null),
});
const logprobsSchema = z
  .object({
    content: z.array(tokenSchema.extend({ top_logprobs: z.array(tokenSchema).nullish() })).nullish(),
  })
  .nullish();

const usageSchema = z
  .object({
    prompt_tokens: z.number(),
    completion_tokens: z.number().default(0),
    prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
  })
  .nullish();

/** Answer of `POST chat/completions`: what is used of it. */
export const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish() }),
        finish_reason: z.string().nullish(),
        logprobs: logprobsSchema,
      }),
    )
    .min(1),
  usage: usageSchema,
});

/** One event of the streamed answer. */
export const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
        logprobs: logprobsSchema,
      }),
    )
    .default([]),
  usage: usageSchema,
  error: z.unknown().optional(),
});

/** Body of `POST chat/completions`. */
export function requestBody(
  model: string,
  request: GenerateRequest,
  stream: boolean,
): Record<string, unknown> {
  return {
    model,
    messages: request.messages,
    max_tokens: request.maxTokens,
    temperature: request.temperature ?? 0,
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(request.stop === undefined || request.stop.length === 0 ? {} : { stop: request.stop }),
    ...(request.topLogprobs === undefined ? {} : { logprobs: true, top_logprobs: request.topLogprobs }),
    ...(request.jsonSchema === undefined
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'answer', strict: true, schema: request.jsonSchema },
          },
        }),
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

export function readLogprobs(logprobs: z.infer<typeof logprobsSchema>, top: number): TokenLogprob[] | null {
  if (!logprobs?.content) return null;
  return logprobs.content.map(entry => ({
    ...tokenText(entry),
    tokenId: null,
    logprob: Math.min(0, entry.logprob),
    top: (entry.top_logprobs ?? []).slice(0, top).map(one => ({ ...tokenText(one), logprob: one.logprob })),
  }));
}

function tokenText({ token, bytes }: z.infer<typeof tokenSchema>): TokenText {
  return bytes == null || Buffer.from(token).equals(Buffer.from(bytes)) ? { token } : { token, bytes };
}

export function readFinishReason(reason: string | null | undefined): FinishReason {
  if (reason === 'length') return 'length';
  if (reason === 'content_filter') return 'filter';
  if (reason === 'tool_calls' || reason === 'function_call') return 'tool';
  return 'stop';
}

/** Tokens as the server counts them, and what they cost by the price table. */
export function readUsage(usage: z.infer<typeof usageSchema>, price: RemoteModelSpec['price']): Usage {
  const promptTokens = usage?.prompt_tokens ?? 0;
  const completionTokens = usage?.completion_tokens ?? 0;
  const cachedTokens = Math.min(usage?.prompt_tokens_details?.cached_tokens ?? 0, promptTokens);
  const costUsd =
    price === null || !usage
      ? null
      : ((promptTokens - cachedTokens) * price.input +
          cachedTokens * price.cachedInput +
          completionTokens * price.output) /
        1e6;
  return { promptTokens, completionTokens, cachedTokens, costUsd };
}
