import type { Message } from '../../../core/example.ts';

const roles: Readonly<Record<string, Message['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

/**
 * The conversation of a request as text, whatever else it holds: parts that are no text stand as `[image_url]`.
 * Null where the request has none (embeddings).
 * @param path `chat/completions`, `completions`, `messages` or `embeddings`
 */
export function requestMessages(path: string, body: Readonly<Record<string, unknown>>): Message[] | null {
  if (path === 'completions') {
    const prompts = Array.isArray(body['prompt']) ? body['prompt'] : [body['prompt']];
    const texts = prompts.filter(prompt => typeof prompt === 'string');
    return texts.length === 0 ? null : texts.map(content => ({ role: 'user' as const, content }));
  }
  const given = body['messages'];
  if (!Array.isArray(given)) return null;
  const messages = given.flatMap(message => messageOf(message) ?? []);
  // Anthropic's API keeps the system message apart.
  const system = path === 'messages' ? textOf(body['system']) : '';
  const all: Message[] = system === '' ? messages : [{ role: 'system', content: system }, ...messages];
  return all.length === 0 ? null : all;
}

function messageOf(value: unknown): Message | null {
  if (typeof value !== 'object' || value === null) return null;
  const { role, content, tool_calls: calls } = value as Record<string, unknown>;
  const known = typeof role === 'string' && Object.hasOwn(roles, role) ? roles[role]! : null;
  if (known === null) return null;
  const text = textOf(content);
  return { role: known, content: text === '' && calls !== undefined ? JSON.stringify(calls) : text };
}

/** Text of a content field: a text, or a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map(partText).join('');
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null) return '';
  const { type, text, refusal, content } = part as Record<string, unknown>;
  if (typeof text === 'string') return text;
  if (typeof refusal === 'string') return refusal;
  if (content !== undefined) return textOf(content);
  return typeof type === 'string' ? `[${type.slice(0, 64)}]` : '';
}
