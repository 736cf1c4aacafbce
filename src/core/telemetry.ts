import type { Capture, CaptureLogState } from './capture.ts';
import type { Estimate } from './estimate.ts';

/** What is known of a request before its body is read. */
export interface RequestFacts {
  /** Made by the gateway, never text that a client sent: it is written to logs and traces. */
  readonly id: string;
  /** Path that was called, e.g. `/v1/chat/completions`; unknown ones are counted as `other`. */
  readonly endpoint: string;
  /** The client's `traceparent` header; null where there is none. @see https://www.w3.org/TR/trace-context/ */
  readonly traceparent: string | null;
}

/** How a request ended. A capture with the error is one; content and unknown names are never looked at. */
export interface RequestResult
  extends Pick<
    Capture,
    | 'route'
    | 'reason'
    | 'keyId'
    | 'status'
    | 'servedBy'
    | 'stream'
    | 'confidence'
    | 'latencyMs'
    | 'firstTokenMs'
    | 'promptTokens'
    | 'completionTokens'
    | 'cachedTokens'
    | 'costUsd'
  > {
  /** The model alias that the client named, whatever it is; null before one was read. */
  readonly alias: string | null;
  /** What was thrown, null where nothing was. Only the code of a StepdownError is written anywhere. */
  readonly error: unknown;
}

/** A request being watched. */
export interface RequestWatch {
  /** Header for requests to upstreams, so that their spans join this trace; null where traces are off. */
  readonly traceparent: string | null;
  /** Call once when the answer has ended or failed, a client's leaving included; later calls are ignored. */
  end(result: RequestResult): void;
}

/** Parts of the gateway that fail without a request, or beside one. */
export const failurePlaces = [
  'access',
  'capture',
  'config',
  'control-route',
  'engine',
  'rollout',
  'server',
  'shadow',
  'upstream',
] as const;
export type FailurePlace = (typeof failurePlaces)[number];

/** Something that happened apart from one request. */
export type TelemetryEvent =
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'draining' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'config-reloaded' }
  | { readonly kind: 'feedback'; readonly rating: -1 | 0 | 1 | null; readonly corrected: boolean }
  /** Specialist and large model answered the same request: an audit sample, or shadow mode. */
  | { readonly kind: 'compared'; readonly alias: string; readonly agree: boolean }
  | {
      readonly kind: 'breaker';
      readonly upstream: string;
      readonly state: 'closed' | 'open' | 'half-open';
    }
  | {
      readonly kind: 'rollout';
      readonly alias: string;
      readonly phase: 'rolled-back' | 'promoted';
      readonly because: string;
    }
  /** Something failed that no client is told of: a capture, a reload, a store. Once an occurrence. */
  | { readonly kind: 'failure'; readonly where: FailurePlace; readonly error: unknown };

/** State that is read when metrics are asked for. Names must come from the configuration. */
export interface TelemetrySources {
  readonly captures?: () => CaptureLogState;
  /** Local serving: this process's own models, and the servers of specialists; entries of one name add up. */
  readonly engines?: () => readonly {
    readonly name: string;
    /** Requests that wait for a sequence. */
    readonly waiting: number;
    /** Sequences being computed, and how many there are. */
    readonly active: number;
    readonly sequences: number;
  }[];
  readonly upstreams?: () => readonly {
    readonly name: string;
    readonly available: boolean;
    readonly state: 'closed' | 'open' | 'half-open';
  }[];
  readonly rollouts?: () => readonly {
    readonly alias: string;
    readonly phase: 'running' | 'rolled-back' | 'promoted';
    /** Share of compared answers in which specialist and large model agree. */
    readonly agreement: Estimate | null;
  }[];
}

/** What the gateway tells of itself: metrics, traces and logs behind one call a request. Never fails a request. */
export interface Telemetry {
  begin(request: RequestFacts): RequestWatch;
  note(event: TelemetryEvent): void;
  /** Adds sources; a later source of the same kind takes the place of the earlier one. */
  watch(sources: TelemetrySources): void;
  /** Prometheus text, version 0.0.4, of all processes of this gateway. */
  metrics(): Promise<string>;
  /** Spans and log lines that wait are sent first. */
  close(): Promise<void>;
}
