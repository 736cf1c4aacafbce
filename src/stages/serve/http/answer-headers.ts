import type { OutgoingHttpHeaders } from 'node:http';
import { responseHeaders } from '../../../contracts/response-headers.ts';
import type { AnswerRecord, ServeAnswer } from '../answerer.ts';

/** Headers of an answer, with those that say how it came about. */
export function answerHeaders(requestId: string, answer: ServeAnswer): OutgoingHttpHeaders {
  return {
    ...answer.headers,
    'content-type': answer.contentType,
    [responseHeaders.requestId]: requestId,
    ...routeHeaders(answer.record),
  };
}

/** How a request was answered; of one that failed without an answer, that no route gave one. */
export function routeHeaders(record: AnswerRecord | null): Record<string, string> {
  if (record === null) return { [responseHeaders.route]: 'none' };
  const headers: Record<string, string> = { [responseHeaders.route]: record.route };
  if (record.reason !== null) headers[responseHeaders.reason] = record.reason;
  if (record.confidence !== null) headers[responseHeaders.confidence] = record.confidence.toFixed(4);
  if (record.servedBy !== null) headers[responseHeaders.servedBy] = headerText(record.servedBy);
  if (record.ignored.length > 0) headers[responseHeaders.ignored] = headerText(record.ignored.join(', '));
  return headers;
}

/** Parameter names come from clients: what no header may hold is left out. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 1024);
}
