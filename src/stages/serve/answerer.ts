import type { Feedback } from '../../core/capture.ts';
import type { EscalationReason } from '../../core/cascade.ts';
import type { Usage } from '../../core/chat-model.ts';

/** From the first byte to the one after the last. */
export type ByteRange = readonly [start: number, end: number];

/** A data request after its key was admitted and its body was checked. */
export interface ServeRequest {
  /** As sent in `x-request-id`. */
  readonly id: string;
  readonly alias: string;
  /** Id of the key, for fairness between clients; absent or null without keys. */
  readonly keyId?: string | null;
  /** `chat/completions`, `completions`, `embeddings` or `messages`. */
  readonly path: string;
  /** Body as it came, for passing on unchanged. */
  readonly raw: Buffer;
  /** The same, parsed: an object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Where the values of the top level stand in `raw`, in bytes, by key; for editing without serialising again. */
  readonly ranges?: ReadonlyMap<string, ByteRange>;
  /** Headers of the client that may be passed on; never credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream: boolean;
  /** Aborted when the client leaves or the deadline passes. */
  readonly signal: AbortSignal;
  /** Time left, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Books US dollars that were spent for this request beside the usage of its answer's record: what a model answered
   * that is not given out, or what it was asked again. Spent is spent, also where the request fails after it. Of a cost
   * that becomes known only after the answer, a promise that never rejects: budgets wait for it, the capture does not.
   */
  readonly spend?: (costUsd: number | Promise<number>) => void;
  /** Tells why the large model is asked, before it is: recorded of a request that then fails without an answer. */
  readonly escalating?: (escalation: Escalation) => void;
}

/** Why the large model is asked, and what the specialist said. */
export type Escalation = Pick<AnswerRecord, 'reason' | 'confidence' | 'localAnswer'>;

/** What is recorded of an answer; filled in while it is made, complete once `body` has ended. */
export interface AnswerRecord {
  route: 'local' | 'large' | 'none';
  reason: EscalationReason | null;
  confidence: number | null;
  servedBy: string | null;
  answer: string | null;
  /** Whether the answer ended at a limit of tokens; absent: no. */
  cutOff?: boolean;
  localAnswer: string | null;
  largeAnswer: string | null;
  usage: Usage | null;
  /**
   * What budgets book in place of `usage` where the server did not count to the end: by the size of what was sent
   * both ways. Absent or null where it did.
   */
  estimate?: Usage | null;
  /** Parameters that had no effect, for `x-stepdown-ignored`. */
  ignored: readonly string[];
}

/** An answer in the wire format of the API, ready to be sent. */
export interface ServeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A whole body, or the chunks of a stream in order. */
  readonly body: Buffer | AsyncIterable<Uint8Array>;
  readonly record: AnswerRecord;
}

/** Answers requests to one alias: a specialist, an upstream, or a cascade of both. */
export interface Answerer {
  readonly kind: 'specialist' | 'upstream' | 'cascade';
  /** @throws StepdownError, answered in the error shape of the API */
  answer(request: ServeRequest): Promise<ServeAnswer>;
  /** Told what clients say of answers, of any alias, where it learns from that. */
  rated?(feedback: Pick<Feedback, 'captureId' | 'correctAnswer' | 'rating'>): void;
  /** Whether it could answer now, for readiness. */
  available(): boolean;
  /** Requests in flight end first. */
  close(): Promise<void>;
}
