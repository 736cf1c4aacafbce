import { UpstreamError } from '../../../core/errors/index.ts';
import type { ByteRange, ServeRequest } from '../answerer.ts';

/** A body to send, and where its model's name stands in it. */
export interface OutgoingBody {
  readonly bytes: Buffer;
  readonly modelRange: ByteRange | null;
  /** Usage was asked for on our own account: the client is not to see it. */
  readonly usageAdded: boolean;
}

/** Whether a server rejected a request for the options of its stream: Mistral's does, which counts unasked. */
export function refusesToBeAsked(error: unknown): boolean {
  const rejected = error instanceof UpstreamError && error.code === 'upstream-rejected';
  return rejected && /stream_options|include_usage/.test(error.message);
}

const added = Buffer.from(',"stream_options":{"include_usage":true}');
const closingBrace = 0x7d;

/**
 * The request's body as it goes to a server. A stream counts its tokens only when asked to; without the count budgets
 * and costs would not hold, so it is asked for where the client did not. Nothing else is changed.
 * @param asks false for servers that refuse to be asked
 */
export function outgoingBody(request: ServeRequest, asks = true): OutgoingBody {
  const { raw, ranges, body } = request;
  const modelRange = ranges?.get('model') ?? null;
  const unchanged: OutgoingBody = { bytes: raw, modelRange, usageAdded: false };
  const counts = request.path === 'chat/completions' || request.path === 'completions';
  if (!asks || !request.stream || !counts || ranges === undefined) return unchanged;
  const options = body['stream_options'] as { include_usage?: unknown } | null | undefined;
  if (options?.include_usage === true) return unchanged;
  const range = ranges.get('stream_options');
  if (range === undefined) {
    const end = raw.lastIndexOf(closingBrace);
    return {
      bytes: Buffer.concat([raw.subarray(0, end), added, raw.subarray(end)]),
      modelRange,
      usageAdded: true,
    };
  }
  // Options that are no object are the server's to refuse.
  if (options !== null && (typeof options !== 'object' || Array.isArray(options))) return unchanged;
  const value = Buffer.from(JSON.stringify({ ...options, include_usage: true }));
  const [start, end] = range;
  const shift = modelRange !== null && modelRange[0] > start ? value.length - (end - start) : 0;
  return {
    bytes: Buffer.concat([raw.subarray(0, start), value, raw.subarray(end)]),
    modelRange: modelRange && [modelRange[0] + shift, modelRange[1] + shift],
    usageAdded: true,
  };
}
