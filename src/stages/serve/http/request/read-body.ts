import type { IncomingMessage } from 'node:http';
import { RequestError } from './request-error.ts';

/** Bytes of bodies that are held at once, over all requests: more is answered 503 rather than risked. */
const maxHeldBytes = 512 << 20;

/** Reads request bodies within bounds: of one body, and of all that are open. */
export class BodyReader {
  readonly #maxBodyBytes: number;
  #heldBytes = 0;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /**
   * Reads one body; `release` is called with it once it is no longer needed.
   * @throws RequestError `content-type-unsupported` (415) | `content-encoding-unsupported` (415) |
   *   `body-too-large` (413) | `overloaded` (503) | `body-incomplete` (400)
   */
  read(incoming: IncomingMessage): Promise<Buffer> {
    const { headers } = incoming;
    // A page in a browser may send anything but JSON to this machine without asking first.
    if (!headers['content-type']?.toLowerCase().startsWith('application/json')) {
      return Promise.reject(unsupported('type', 'Send `content-type: application/json`.'));
    }
    if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
      return Promise.reject(unsupported('encoding', 'Send the body uncompressed.'));
    }
    if (Number(headers['content-length'] ?? 0) > this.#maxBodyBytes) {
      return Promise.reject(this.#tooLarge());
    }
    // It left before anybody listened.
    if (incoming.destroyed) return Promise.reject(incomplete());
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const refuse = (error: RequestError) => {
        this.#heldBytes -= bytes;
        chunks.length = 0;
        bytes = 0;
        incoming.removeAllListeners('data');
        incoming.removeAllListeners('end');
        incoming.removeAllListeners('close');
        reject(error);
      };
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        this.#heldBytes += chunk.length;
        if (bytes > this.#maxBodyBytes) return refuse(this.#tooLarge());
        if (this.#heldBytes > maxHeldBytes) return refuse(overloaded());
        chunks.push(chunk);
      });
      incoming.on('end', () => {
        incoming.removeAllListeners('close');
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes));
      });
      incoming.on('close', () => refuse(incomplete()));
      incoming.on('error', () => {});
    });
  }

  /** The bytes of a body that was read are no longer held. */
  release(body: Buffer): void {
    this.#heldBytes -= body.length;
  }

  #tooLarge(): RequestError {
    return new RequestError(
      413,
      'body-too-large',
      `The body is larger than ${this.#maxBodyBytes} bytes`,
      'Send less at once, or raise serve.limits.maxBodyBytes.',
    );
  }
}

function unsupported(what: 'type' | 'encoding', hint: string): RequestError {
  return new RequestError(
    415,
    `content-${what}-unsupported`,
    `The content ${what} of the body is not understood`,
    hint,
  );
}

function overloaded(): RequestError {
  return new RequestError(
    503,
    'overloaded',
    'The gateway holds as many request bodies as it may',
    'Wait a moment and send it again.',
    { retryAfterSeconds: 1 },
  );
}

function incomplete(): RequestError {
  return new RequestError(400, 'body-incomplete', 'The body ended early', 'Send all of it.');
}
