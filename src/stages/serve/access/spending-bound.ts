import type { SpendingBound } from '../../../core/access.ts';

/** US dollars per million tokens. */
export interface BoundPrice {
  readonly input: number;
  readonly output: number;
}

export interface BoundInput {
  /** Size of the body as it came, in bytes. */
  readonly bodyBytes: number;
  /** The body, parsed. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Dearest price that the alias may be answered at; null where nothing is charged. */
  readonly price: BoundPrice | null;
  /** Tokens that are put to the prompt here: a specialist's instruction. 0 for upstreams. */
  readonly addedTokens: number;
  /** Whether the route generates text; embeddings do not. */
  readonly generates: boolean;
}

/**
 * The most that a request can cost, before it is answered: a token is at least a byte of the body, and `max_tokens`
 * bounds what is generated for each prompt. Pictures and files may be named by URL, and tools that the server runs
 * itself read what they find: that is not in the body, and nothing bounds it.
 */
export function spendingBound({ bodyBytes, body, price, addedTokens, generates }: BoundInput): SpendingBound {
  const prompt = namesContent(body) || hasServerTools(body) ? null : bodyBytes + addedTokens;
  const answer = generates ? answerTokens(body) : 0;
  if (prompt === null || answer === null) return { tokens: null, costUsd: price === null ? 0 : null };
  const costUsd = price === null ? 0 : (prompt * price.input + answer * price.output) / 1e6;
  return { tokens: prompt + answer, costUsd };
}

function answerTokens(body: BoundInput['body']): number | null {
  // Servers differ in which of the two they read.
  const each = Math.max(count(body['max_completion_tokens']) ?? 0, count(body['max_tokens']) ?? 0);
  if (each === 0) return null;
  // `best_of` answers are made and charged even where only `n` are returned.
  return each * promptsOf(body) * Math.max(count(body['n']) ?? 1, count(body['best_of']) ?? 1);
}

/** Prompts of a request to `completions`: a list of numbers is one, of tokens. */
function promptsOf({ prompt }: BoundInput['body']): number {
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? Math.max(1, prompt.length) : 1;
}

/** Types of tools that the client calls itself. */
const clientTools = new Set<unknown>([undefined, null, 'function', 'custom']);

/** Whether the server may call tools by itself, such as a search, whose results it counts as tokens of the prompt. */
function hasServerTools({
  tools,
  web_search_options: search,
  mcp_servers: servers,
}: BoundInput['body']): boolean {
  const other =
    Array.isArray(tools) && tools.some(tool => !clientTools.has((Object(tool) as { type?: unknown }).type));
  return other || (search ?? null) !== null || (servers ?? null) !== null;
}

/** Whether a message has a part that is fetched from elsewhere. */
function namesContent(body: BoundInput['body']): boolean {
  const messages = body['messages'];
  if (!Array.isArray(messages)) return false;
  return messages.some((message: unknown) => {
    const content = (Object(message) as { content?: unknown }).content;
    return (
      Array.isArray(content) &&
      content.some((part: unknown) => (Object(part) as { type?: unknown }).type !== 'text')
    );
  });
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}
