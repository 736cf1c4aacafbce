import type { OutgoingHttpHeaders } from 'node:http';
import { responseHeaders } from '../../../contracts/response-headers.ts';
import type { ServeAnswer } from '../answerer.ts';

/** Headers of an answer, with those that say how it came about. */
export function answerHeaders(requestId: string, answer: ServeAnswer): OutgoingHttpHeaders {
  const { record } = answer;
  const headers: OutgoingHttpHeaders = {
    ...answer.headers,
    'content-type': answer.contentType,
    [responseHeaders.requestId]: requestId,
    [responseHeaders.route]: record.route,
  };
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
