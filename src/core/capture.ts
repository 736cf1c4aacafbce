import type { EscalationReason } from './cascade.ts';
import type { Message } from './example.ts';

/** How much of a request's content is written down. */
export const contentPolicies = ['full', 'redacted', 'none'] as const;
export type ContentPolicy = (typeof contentPolicies)[number];

/** One answered request, as it is recorded. */
export interface Capture {
  /** The request's id, as sent in `x-request-id`: unique. */
  readonly id: string;
  /** Milliseconds since 1970-01-01 UTC, when the request came; 0 of an imported record without a time. */
  readonly at: number;
  /** The model alias that the client named; `unknown` where there is none of that name. */
  readonly alias: string;
  /** Path of the API that was called, e.g. `/v1/chat/completions`. */
  readonly endpoint: string;
  readonly route: 'local' | 'large' | 'none';
  readonly reason: EscalationReason | null;
  /** Id of the key that was used; null without keys. */
  readonly keyId: string | null;
  /** HTTP status of the answer; 499 where the client left first. */
  readonly status: number;
  /** What the client was told, as `error.code`; null where it got an answer. */
  readonly errorCode: string | null;
  /** Null under the content policy `none`, and where the body held no conversation. */
  readonly messages: readonly Message[] | null;
  /** The answer the client got. */
  readonly answer: string | null;
  /** The answer ended at a limit of tokens: it is a part of what the model would have said. */
  readonly cutOff: boolean;
  /** The specialist's own answer where the large model's was given out (escalated, audited, shadowed). */
  readonly localAnswer: string | null;
  /** The large model's answer where it was asked beside the specialist and not given out. */
  readonly largeAnswer: string | null;
  /** Calibrated probability that the local answer is right, 0..1. */
  readonly confidence: number | null;
  /** Upstream or specialist that answered. */
  readonly servedBy: string | null;
  readonly stream: boolean;
  readonly latencyMs: number;
  readonly firstTokenMs: number | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly cachedTokens: number | null;
  readonly costUsd: number | null;
}

/** What a client later says of an answer. */
export interface Feedback {
  readonly captureId: string;
  readonly at: number;
  /** The right answer, where the client knows it. */
  readonly correctAnswer: string | null;
  /** -1 bad, 0 unsure, 1 good; null where not given. */
  readonly rating: -1 | 0 | 1 | null;
}

/** A capture with all that was said of it, oldest first. */
export interface CaptureWithFeedback {
  readonly capture: Capture;
  readonly feedback: readonly Feedback[];
}

/** Writes captures down. */
export interface CaptureLog {
  /** Resolves once the capture is as durable as the mode promises. Never rejects: a failure is counted and told. */
  append(capture: Capture): Promise<void>;
  /** False where no capture has this id. */
  addFeedback(feedback: Feedback): Promise<boolean>;
  /** For health and metrics: written, failed, and waiting captures; the last failure in words. */
  state(): CaptureLogState;
  /** Everything that was appended is durable afterwards. */
  close(): Promise<void>;
}

export interface CaptureLogState {
  /** Captures and feedback that are durable. */
  readonly written: number;
  /** Those that were not durable when they had to be; counted in `written` too once a later try succeeds. */
  readonly failed: number;
  /** Of the failed, those that were given up because too much waited in memory. */
  readonly lost: number;
  /** Those in memory only, now. */
  readonly waiting: number;
  readonly lastFailure: string | null;
}
