import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessControl } from '../../../core/access.ts';
import type { Capture, CaptureLog } from '../../../core/capture.ts';
import type { ServeConfig } from '../schema.ts';
import type { AliasTable } from './alias-table.ts';

/** Is told what happens, for metrics, traces and logs. Must not throw, and returns at once. */
export interface GatewayObserver {
  /** A data request came; its end is one `finished` or one `refused`. */
  started(requestId: string, endpoint: string, traceparent: string | null): void;
  /** A request that was admitted is over. */
  finished(capture: Capture): void;
  /** A request was turned away before any model was asked. */
  refused(requestId: string, endpoint: string, status: number, code: string): void;
  /** Something was thrown that no user can act on. */
  bug(requestId: string, error: unknown): void;
}

/** Times of the HTTP server, in milliseconds. */
export interface GatewayTimes {
  /** Longest time for the head of a request. */
  readonly headersMs: number;
  /** Longest time for a whole request. */
  readonly requestMs: number;
  /** An idle connection is kept so long. */
  readonly keepAliveMs: number;
  /** A client that takes nothing of its answer for so long is cut off. */
  readonly stallMs: number;
}

export const gatewayTimes: GatewayTimes = {
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 75_000,
  stallMs: 30_000,
};

/** Answers one request of a route; what it throws is sent in the error shape. */
export type Handler = (
  incoming: IncomingMessage,
  response: ServerResponse,
  requestId: string,
) => Promise<void>;

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly aliases: AliasTable;
  readonly access: AccessControl;
  readonly captures: CaptureLog;
  readonly limits: ServeConfig['limits'];
  readonly observer: GatewayObserver | null;
  /** Reads the configuration again and swaps the aliases. */
  readonly reload: () => Promise<{ readonly aliases: readonly string[] }>;
  /** Text of `/metrics`; null where there is none. */
  readonly metrics: (() => Promise<{ readonly contentType: string; readonly text: string }>) | null;
  /**
   * Refuse requests whose `host` is not this machine: without keys a web page that rebinds its name to 127.0.0.1
   * could otherwise ask.
   */
  readonly onlyLoopbackHost: boolean;
  readonly times?: Partial<GatewayTimes>;
}
