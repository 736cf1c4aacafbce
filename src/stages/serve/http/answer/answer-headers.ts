import type { OutgoingHttpHeaders } from 'node:http';
import { responseHeaders } from '../../../../contracts/response-headers.ts';
import type { AnswerRecord, Escalation, ServeAnswer } from '../../answerer.ts';

/** Headers of an answer, with those that say how it came about. */
export function answerHeaders(requestId: string, answer: ServeAnswer): OutgoingHttpHeaders {
  const headers = routeHeaders(answer.record);
  headers['content-type'] = answer.contentType;
  headers[responseHeaders.requestId] = requestId;
  for (const name in answer.headers) headers[name] ??= answer.headers[name]!;
  return headers;
}

/** How a request was answered; of one that failed without an answer, why the large model was asked for it. */
export function routeHeaders(
  record: AnswerRecord | null,
  escalation: Escalation | null = null,
): Record<string, string> {
  const headers: Record<string, string> = { [responseHeaders.route]: record?.route ?? 'none' };
  const { reason = null, confidence = null } = record ?? escalation ?? {};
  if (reason !== null) headers[responseHeaders.reason] = reason;
  if (confidence !== null) headers[responseHeaders.confidence] = confidence.toFixed(4);
  if (record === null) return headers;
  if (record.servedBy !== null) headers[responseHeaders.servedBy] = headerText(record.servedBy);
  if (record.ignored.length > 0) headers[responseHeaders.ignored] = headerText(record.ignored.join(', '));
  return headers;
}

/** Parameter names come from clients: what no header may hold is left out. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 1024);
}
