/** One request to a model server, passed on as it came. */
export interface UpstreamRequest {
  /** Below the base URL: `chat/completions`. */
  readonly path: string;
  /** JSON text. */
  readonly body: string | Uint8Array;
  /**
   * Where the value of the top-level `model` stands in `body`, in bytes. A server that names the model differently
   * then gets its own name without the rest being serialised again.
   */
  readonly modelRange?: readonly [start: number, end: number];
  /** Further headers to pass on; never credentials of the client. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Time left for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** An answer whose head has come. */
export interface UpstreamResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Raw bytes, bounded in size. @throws UpstreamError */
  readonly body: AsyncIterable<Uint8Array>;
  /** Name of the upstream that answered. */
  readonly servedBy: string;
  /** Requests that were sent for this answer, the last one included. */
  readonly attempts: number;
}

/** One model server, or several behind one name. Retries and fails over only before the first byte of an answer. */
export interface Upstream {
  /** @throws UpstreamError */
  send(request: UpstreamRequest): Promise<UpstreamResponse>;
  /** Whether requests are let through now, for readiness. */
  available(): boolean;
  close(): Promise<void>;
}
