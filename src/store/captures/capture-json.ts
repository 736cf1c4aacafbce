import type { Capture } from '../../core/capture.ts';
import type { Message } from '../../core/example.ts';

/** What JSON writes as it is, between quotes. */
const plain = /^[ !#-[\]-~]*$/;

const empty = {
  reason: null,
  keyId: null,
  errorCode: null,
  messages: null,
  answer: null,
  cutOff: false,
  localAnswer: null,
  largeAnswer: null,
  confidence: null,
  servedBy: null,
  firstTokenMs: null,
  promptTokens: null,
  completionTokens: null,
  cachedTokens: null,
  costUsd: null,
} satisfies Partial<Capture>;

/**
 * A capture as JSON without what is null, and without what is seldom so. A gateway writes one for every request, so this is put together by hand: a
 * third of the time of JSON.stringify, and a quarter fewer bytes to write, to move and to keep.
 */
export function captureJson(capture: Capture): string {
  const { id, at, alias, endpoint, route, status, stream, latencyMs } = capture;
  return (
    `{"id":${quoted(id)},"at":${at},"alias":${name(alias)},"endpoint":${name(endpoint)},"route":"${route}"` +
    `${text('reason', capture.reason)}${nameOf('keyId', capture.keyId)},"status":${status}` +
    `${text('errorCode', capture.errorCode)}${conversation(capture.messages)}${text('answer', capture.answer)}` +
    `${capture.cutOff ? ',"cutOff":true' : ''}` +
    `${text('localAnswer', capture.localAnswer)}${text('largeAnswer', capture.largeAnswer)}` +
    `${figure('confidence', capture.confidence)}${nameOf('servedBy', capture.servedBy)},"stream":${stream}` +
    `,"latencyMs":${latencyMs}${figure('firstTokenMs', capture.firstTokenMs)}` +
    `${figure('promptTokens', capture.promptTokens)}${figure('completionTokens', capture.completionTokens)}` +
    `${figure('cachedTokens', capture.cachedTokens)}${figure('costUsd', capture.costUsd)}}`
  );
}

/** The capture that was written so, or with what is null in it. */
export function parsedCapture(json: Omit<Capture, keyof typeof empty>): Capture {
  return { ...empty, ...json };
}

function text(name: string, value: string | null): string {
  return value === null ? '' : `,"${name}":${quoted(value)}`;
}

function figure(name: string, value: number | null): string {
  return value === null || !Number.isFinite(value) ? '' : `,"${name}":${value}`;
}

function nameOf(field: string, value: string | null): string {
  return value === null ? '' : `,"${field}":${name(value)}`;
}

function conversation(messages: readonly Message[] | null): string {
  if (messages === null) return '';
  let said = '';
  for (const { role, content } of messages)
    said += `${said === '' ? '' : ','}{"role":${name(role)},"content":${quoted(content)}}`;
  return `,"messages":[${said}]`;
}

/** Names come again in nearly every capture: how they are written is looked up. */
const names = new Map<string, string>();
const mostNames = 1_000;

function name(value: string): string {
  const known = names.get(value);
  if (known !== undefined) return known;
  if (names.size >= mostNames) names.clear();
  const written = quoted(value);
  names.set(value, written);
  return written;
}

function quoted(value: string): string {
  return plain.test(value) ? `"${value}"` : JSON.stringify(value);
}
