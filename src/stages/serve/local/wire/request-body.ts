import { z } from 'zod';
import { DataError } from '../../../../core/errors/index.ts';
import type { Message } from '../../../../core/example.ts';
import type { JsonSchema } from '../../../../core/json.ts';

const contentParts = z.array(z.looseObject({ type: z.string(), text: z.string().optional() }));
const messageBody = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), contentParts]).nullish(),
});

const responseFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()) }),
  }),
]);

const shared = {
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  n: z.number().int().min(1).max(128).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
};

const chatBody = z.looseObject({
  ...shared,
  messages: z.array(messageBody).min(1),
  max_completion_tokens: z.number().int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  response_format: responseFormat.nullish(),
  tool_choice: z.unknown().optional(),
  function_call: z.unknown().optional(),
});

const completionBody = z.looseObject({
  ...shared,
  prompt: z.union([z.string(), z.array(z.string()).min(1).max(128)]),
  logprobs: z.number().int().min(0).max(20).nullish(),
});

/** What a client asked for, in one shape for both APIs. */
export interface AskedFor {
  /** One conversation a prompt: several only for `completions`. */
  readonly conversations: readonly (readonly Message[])[];
  readonly choices: number;
  readonly maxTokens: number | null;
  /** The parameter that said so. */
  readonly maxTokensName: 'max_tokens' | 'max_completion_tokens';
  readonly temperature: number | null;
  readonly seed: number | null;
  readonly stop: readonly string[];
  /** Alternatives a token; null for no log-probabilities. */
  readonly topLogprobs: number | null;
  readonly includeUsage: boolean;
  readonly format:
    | { readonly kind: 'text' | 'json' }
    | { readonly kind: 'schema'; readonly schema: JsonSchema };
  /** Parameters that no specialist acts on. */
  readonly ignored: readonly string[];
}

/** Values with which a parameter asks for what happens anyway, beside null, false and nothing. */
const neutral: Readonly<Record<string, unknown>> = {
  top_p: 1,
  best_of: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
};

/**
 * Reads a request to `chat/completions` or `completions`.
 * @throws DataError `request-invalid` | `content-unsupported` | `tools-unsupported` | `endpoint-unsupported`
 */
export function readBody(path: string, body: Readonly<Record<string, unknown>>): AskedFor {
  if (path === 'chat/completions') return readChat(body);
  if (path === 'completions') return readCompletion(body);
  throw new DataError(
    'endpoint-unsupported',
    `A specialist answers chat/completions and completions, not ${path}`,
    'Name an alias of an upstream that offers this endpoint.',
    { details: { param: 'model' } },
  );
}

function readChat(body: Readonly<Record<string, unknown>>): AskedFor {
  const chat = parse(chatBody, body);
  refuseForcedTools(chat.tool_choice ?? chat.function_call);
  const format = chat.response_format ?? { type: 'text' as const };
  return {
    ...sampling(chat),
    ignored: withoutEffect(body, chatBody.shape),
    conversations: [chat.messages.map(toMessage)],
    maxTokens: chat.max_completion_tokens ?? chat.max_tokens ?? null,
    maxTokensName: typeof chat.max_completion_tokens === 'number' ? 'max_completion_tokens' : 'max_tokens',
    topLogprobs: chat.logprobs === true ? (chat.top_logprobs ?? 0) : null,
    format:
      format.type === 'json_schema'
        ? { kind: 'schema', schema: format.json_schema.schema as JsonSchema }
        : { kind: format.type === 'text' ? 'text' : 'json' },
  };
}

function readCompletion(body: Readonly<Record<string, unknown>>): AskedFor {
  const completion = parse(completionBody, body);
  const prompts = typeof completion.prompt === 'string' ? [completion.prompt] : completion.prompt;
  return {
    ...sampling(completion),
    ignored: withoutEffect(body, completionBody.shape),
    conversations: prompts.map(content => [{ role: 'user', content }]),
    maxTokens: completion.max_tokens ?? null,
    maxTokensName: 'max_tokens',
    topLogprobs: completion.logprobs ?? null,
    format: { kind: 'text' },
  };
}

function sampling({ n, temperature, seed, stop, stream_options }: z.infer<z.ZodObject<typeof shared>>) {
  return {
    choices: n ?? 1,
    temperature: temperature ?? null,
    seed: seed ?? null,
    stop: typeof stop === 'string' ? [stop] : (stop ?? []),
    includeUsage: stream_options?.include_usage === true,
  };
}

/** Names of parameters that are not read and ask for something. */
function withoutEffect(body: Readonly<Record<string, unknown>>, read: object): string[] {
  return Object.keys(body).filter(name => {
    const value = body[name];
    if (name === 'model' || Object.hasOwn(read, name) || value === neutral[name]) return false;
    if (value === null || value === false) return false;
    return typeof value !== 'object' || Object.keys(value).length > 0;
  });
}

function toMessage({ role, content }: z.infer<typeof messageBody>, index: number): Message {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  const other = parts.find(part => part.type !== 'text' && part.type !== 'refusal');
  if (other !== undefined)
    throw new DataError(
      'content-unsupported',
      `messages.${index}.content has a part of type ${other.type.slice(0, 40)}; a specialist reads text only`,
      'Send text parts only, or name an alias of a model that takes other content.',
      { details: { param: `messages.${index}.content` } },
    );
  const known = role === 'developer' ? 'system' : role === 'function' ? 'tool' : role;
  return { role: known, content: parts.map(part => part.text ?? '').join('') };
}

/** Offered tools need not be called, so an answer in words is right; a call that is demanded cannot be made. */
function refuseForcedTools(choice: unknown): void {
  if (choice === undefined || choice === null || choice === 'auto' || choice === 'none') return;
  throw new DataError(
    'tools-unsupported',
    'The request demands a tool call, and a specialist calls no tools',
    'Leave tool_choice at auto or none, or name an alias of a model that calls tools.',
    { details: { param: 'tool_choice' } },
  );
}

function parse<Shape extends z.ZodType>(schema: Shape, body: unknown): z.infer<Shape> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const param = issue.path.join('.') || 'body';
  throw new DataError(
    'request-invalid',
    `${param}: ${issue.message}`,
    'Correct the parameter as the OpenAI API describes it.',
    { details: { param } },
  );
}
