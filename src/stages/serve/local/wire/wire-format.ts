import type { FinishReason, TokenLogprob, TokenText, Usage } from '../../../../core/chat-model.ts';

/** One answer of a response. */
export interface Choice {
  readonly index: number;
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly logprobs: readonly TokenLogprob[] | null;
}

/** What every object of one response begins with. */
export interface ResponseHead {
  readonly id: string;
  /** Seconds since 1970-01-01 UTC. */
  readonly created: number;
  /** The alias that the client named. */
  readonly model: string;
  readonly system_fingerprint: string;
}

/** Writes answers as the objects of one OpenAI API. */
export interface WireFormat {
  whole(choices: readonly Choice[], usage: Usage): object;
  /** First chunk of a choice; null where the API has none. */
  begin(index: number): object | null;
  piece(index: number, text: string): object;
  /** Last chunk of a choice. */
  end(choice: Choice): object;
  /** Chunk without choices, at the very end where usage was asked for. */
  usage(usage: Usage): object;
}

/** @see https://platform.openai.com/docs/api-reference/chat/object */
export function chatFormat(head: ResponseHead): WireFormat {
  const chunk = (choices: readonly object[]) => ({ ...head, object: 'chat.completion.chunk', choices });
  const delta = (index: number, content: object, end: Choice | null = null) =>
    chunk([
      {
        index,
        delta: content,
        logprobs: end === null ? null : chatLogprobs(end.logprobs),
        finish_reason: end === null ? null : finishReason(end),
      },
    ]);
  return {
    whole: (choices, usage) => ({
      ...head,
      object: 'chat.completion',
      choices: choices.map(choice => ({
        index: choice.index,
        message: { role: 'assistant', content: choice.text, refusal: null },
        logprobs: chatLogprobs(choice.logprobs),
        finish_reason: finishReason(choice),
      })),
      usage: usageObject(usage),
    }),
    begin: index => delta(index, { role: 'assistant', content: '' }),
    piece: (index, text) => delta(index, { content: text }),
    end: choice => delta(choice.index, {}, choice),
    usage: usage => ({ ...chunk([]), usage: usageObject(usage) }),
  };
}

/** @see https://platform.openai.com/docs/api-reference/completions/object */
export function completionFormat(head: ResponseHead): WireFormat {
  const object = (choices: readonly object[]) => ({ ...head, object: 'text_completion', choices });
  const choice = (index: number, text: string, end: Choice | null) => ({
    index,
    text,
    logprobs: end === null ? null : completionLogprobs(end.logprobs),
    finish_reason: end === null ? null : finishReason(end),
  });
  return {
    whole: (choices, usage) => ({
      ...object(choices.map(one => choice(one.index, one.text, one))),
      usage: usageObject(usage),
    }),
    begin: () => null,
    piece: (index, text) => object([choice(index, text, null)]),
    end: one => object([choice(one.index, '', one)]),
    usage: usage => ({ ...object([]), usage: usageObject(usage) }),
  };
}

function usageObject({ promptTokens, completionTokens, cachedTokens }: Usage) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  };
}

function finishReason(choice: Choice): string {
  return { stop: 'stop', length: 'length', tool: 'tool_calls', filter: 'content_filter' }[
    choice.finishReason
  ];
}

function chatLogprobs(logprobs: Choice['logprobs']) {
  if (logprobs === null) return null;
  const entry = ({ token, bytes, logprob }: TokenText & { readonly logprob: number }) => ({
    token,
    logprob,
    bytes: bytes ?? [...Buffer.from(token, 'utf8')],
  });
  return {
    content: logprobs.map(one => ({ ...entry(one), top_logprobs: one.top.map(entry) })),
    refusal: null,
  };
}

function completionLogprobs(logprobs: Choice['logprobs']) {
  if (logprobs === null) return null;
  let offset = 0;
  return {
    tokens: logprobs.map(one => one.token),
    token_logprobs: logprobs.map(one => one.logprob),
    top_logprobs: logprobs.map(one => Object.fromEntries(one.top.map(top => [top.token, top.logprob]))),
    text_offset: logprobs.map(one => {
      const at = offset;
      offset += one.token.length;
      return at;
    }),
  };
}
