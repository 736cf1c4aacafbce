import type { Capture } from '../../../core/capture.ts';
import type { RequestResult } from '../../../core/telemetry.ts';
import type { AnswerRecord } from '../answerer.ts';
import { requestMessages } from '../capture/request-messages.ts';
import type { DataRequest } from './request/data-request.ts';

/**
 * A finished request as it is recorded. Content policies are the capture log's business.
 *
 * Objects that every request makes are written field by field: one that begins with a spread and then gets fields of
 * its own costs V8 microseconds (bench/object-spread.mjs).
 */
export function captureOf(
  request: DataRequest,
  { alias, keyId, status, errorCode }: Pick<Capture, 'alias' | 'keyId' | 'status' | 'errorCode'>,
  record: AnswerRecord | null,
): Capture {
  const usage = record?.usage ?? null;
  const escalation = record ?? request.escalation;
  return {
    id: request.id,
    at: request.at,
    alias,
    endpoint: `/v1/${request.path}`,
    route: record?.route ?? 'none',
    reason: escalation?.reason ?? null,
    keyId,
    status,
    errorCode,
    messages: requestMessages(request.path, request.body),
    answer: record?.answer ?? null,
    cutOff: record?.cutOff ?? false,
    localAnswer: escalation?.localAnswer ?? null,
    largeAnswer: record?.largeAnswer ?? null,
    confidence: escalation?.confidence ?? null,
    servedBy: record?.servedBy ?? null,
    stream: request.stream,
    latencyMs: request.elapsedMs,
    firstTokenMs: request.firstTokenMs,
    promptTokens: usage?.promptTokens ?? null,
    completionTokens: usage?.completionTokens ?? null,
    cachedTokens: usage?.cachedTokens ?? null,
    costUsd: request.spentUsd === 0 ? (usage?.costUsd ?? null) : (usage?.costUsd ?? 0) + request.spentUsd,
  };
}

/** The same for telemetry. @param alias as the client named it, whatever it is; null before one was read */
export function resultOf(capture: Capture, alias: string | null, error: unknown): RequestResult {
  return {
    alias,
    route: capture.route,
    reason: capture.reason,
    keyId: capture.keyId,
    status: capture.status,
    servedBy: capture.servedBy,
    stream: capture.stream,
    confidence: capture.confidence,
    latencyMs: capture.latencyMs,
    firstTokenMs: capture.firstTokenMs,
    promptTokens: capture.promptTokens,
    completionTokens: capture.completionTokens,
    cachedTokens: capture.cachedTokens,
    costUsd: capture.costUsd,
    error,
  };
}
