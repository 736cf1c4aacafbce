import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessControl } from '../../../core/access.ts';
import type { CaptureLog } from '../../../core/capture.ts';
import type { Telemetry } from '../../../core/telemetry.ts';
import type { AdminReply, AdminRequest } from '../access/index.ts';
import type { ServeConfig } from '../schema.ts';
import type { AliasTable } from './alias-table.ts';

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

/** What bounds the costs of an alias. */
export interface AliasCost {
  /** Dearest price it may be answered at, in US dollars per million tokens; null where nothing is charged. */
  readonly price: { readonly input: number; readonly output: number } | null;
  /** Tokens that are put to every prompt here: a specialist's instruction. */
  readonly addedTokens: number;
}

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly aliases: AliasTable;
  readonly access: AccessControl;
  readonly captures: CaptureLog;
  readonly limits: ServeConfig['limits'];
  readonly telemetry: Telemetry;
  /** Answers requests below `/admin/`. */
  readonly admin: (request: AdminRequest) => Promise<AdminReply>;
  /** What an alias may cost at most, for budgets. */
  readonly costOf: (alias: string) => AliasCost;
  readonly times?: Partial<GatewayTimes>;
}
