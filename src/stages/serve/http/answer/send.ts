import type { ServerResponse } from 'node:http';
import { responseHeaders } from '../../../../contracts/response-headers.ts';
import type { ErrorAnswer } from './error-answer.ts';

/** Sends a value as JSON; nothing where the head is out already. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return;
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': body.length,
  });
  response.end(body);
}

/** Sends an error in the shape of the API; that of Anthropic's messages has one more field. */
export function sendError(
  response: ServerResponse,
  requestId: string,
  answer: ErrorAnswer,
  headers: Readonly<Record<string, string>> = {},
  messages = false,
): void {
  sendJson(response, answer.status, messages ? { type: 'error', ...answer.body } : answer.body, {
    ...headers,
    [responseHeaders.requestId]: requestId,
    ...(answer.retryAfterSeconds === null ? {} : { 'retry-after': String(answer.retryAfterSeconds) }),
  });
}

/** An error as the last event of a stream. */
export function errorFrame(answer: ErrorAnswer, messages: boolean): string {
  return messages
    ? `event: error\ndata: ${JSON.stringify({ type: 'error', ...answer.body })}\n\n`
    : `data: ${JSON.stringify(answer.body)}\n\n`;
}
