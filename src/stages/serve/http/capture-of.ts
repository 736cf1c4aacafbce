import type { Capture } from '../../../core/capture.ts';
import type { Message } from '../../../core/example.ts';
import type { AnswerRecord } from '../answerer.ts';
import type { DataRequest } from './data-request.ts';

/** A finished request as it is recorded. Content policies are the capture log's business. */
export function captureOf(
  request: DataRequest,
  keyId: string | null,
  status: number,
  errorCode: string | null,
  record: AnswerRecord | null,
): Capture {
  const usage = record?.usage ?? null;
  return {
    id: request.id,
    at: request.at,
    alias: request.alias,
    endpoint: `/v1/${request.path}`,
    route: record?.route ?? 'none',
    reason: record?.reason ?? null,
    keyId,
    status,
    errorCode,
    messages: messagesOf(request.body),
    answer: record?.answer ?? null,
    localAnswer: record?.localAnswer ?? null,
    largeAnswer: record?.largeAnswer ?? null,
    confidence: record?.confidence ?? null,
    servedBy: record?.servedBy ?? null,
    stream: request.stream,
    latencyMs: request.elapsedMs,
    firstTokenMs: request.firstTokenMs,
    promptTokens: usage?.promptTokens ?? null,
    completionTokens: usage?.completionTokens ?? null,
    cachedTokens: usage?.cachedTokens ?? null,
    costUsd: usage?.costUsd ?? null,
  };
}

const roles: Readonly<Record<string, Message['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

/** The conversation of a chat, messages or completions request; null where the body holds none. */
export function messagesOf(body: Readonly<Record<string, unknown>>): Message[] | null {
  const { messages, prompt, system } = body;
  if (typeof prompt === 'string') return [{ role: 'user', content: prompt }];
  if (!Array.isArray(messages)) return null;
  const conversation: Message[] = [];
  if (system !== undefined) conversation.push({ role: 'system', content: contentText(system) });
  for (const message of messages as unknown[]) {
    if (typeof message !== 'object' || message === null) continue;
    const { role, content } = message as { role?: unknown; content?: unknown };
    const known = typeof role === 'string' ? roles[role] : undefined;
    if (known !== undefined) conversation.push({ role: known, content: contentText(content) });
  }
  return conversation.length === 0 ? null : conversation;
}

/** Text of a message: what it says, or its text parts. Pictures and files are left out. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map(part => (part as { text?: unknown } | null)?.text)
    .filter(text => typeof text === 'string')
    .join('\n');
}
