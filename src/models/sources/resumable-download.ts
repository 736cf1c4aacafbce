import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataError } from '../../core/errors/index.ts';
import { diskFull } from '../../files/atomic-file.ts';
import type { HubClient } from './hub-client.ts';

export interface DownloadPlan {
  readonly urlPath: string;
  readonly target: string;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly onBytes: (done: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** The connection ended before the file did; the client asks for the rest. */
class Truncated extends Error {
  readonly code = 'truncated';
}

/**
 * Downloads a file into `target.part`, continuing what is there, checks it and renames it.
 * @throws DataError `checksum-mismatch` | PrerequisiteError `disk-full` | `network-unreachable`
 */
export async function downloadFile(client: HubClient, plan: DownloadPlan): Promise<void> {
  const part = `${plan.target}.part`;
  await mkdir(dirname(part), { recursive: true });
  const present = async () => (await stat(part).catch(() => null))?.size ?? 0;
  let expected = plan.sha256;
  await client.get(
    plan.urlPath,
    async () => {
      const done = await present();
      return done > 0 ? { range: `bytes=${done}-` } : {};
    },
    async response => {
      const etag = String(response.headers['x-linked-etag'] ?? '').replace(/"/g, '');
      if (/^[0-9a-f]{64}$/.test(etag)) expected ??= etag;
      const done = await present();
      if (response.statusCode === 416) {
        // Nothing is left to fetch, or what is here is not a beginning of the file: the size tells.
        await response.body.dump();
        if (done === plan.sizeBytes) return;
        await rm(part, { force: true });
        throw new Truncated('the partial file did not fit');
      }
      const resumed =
        response.statusCode === 206 && String(response.headers['content-range']).startsWith(`bytes ${done}-`);
      let position = resumed ? done : 0;
      const counter = new Transform({
        transform(chunk: Buffer, _encoding, next) {
          position += chunk.length;
          plan.onBytes(position);
          const over = plan.sizeBytes !== null && position > plan.sizeBytes;
          next(over ? mismatch(plan, 'it is longer than announced') : null, chunk);
        },
      });
      await pipeline(response.body, counter, createWriteStream(part, { flags: resumed ? 'a' : 'w' })).catch(
        error => {
          throw diskFull(error, part) ?? error;
        },
      );
      if (plan.sizeBytes !== null && position < plan.sizeBytes)
        throw new Truncated('the connection ended early');
    },
    plan.signal,
  );
  const hash: Hash = createHash('sha256');
  for await (const chunk of createReadStream(part, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  const actual = hash.digest('hex');
  if (expected !== null && actual !== expected) {
    await rm(part, { force: true });
    throw mismatch(plan, `SHA-256 ${actual} instead of ${expected}`);
  }
  const file = await open(part, 'r');
  await file.sync();
  await file.close();
  await rename(part, plan.target);
}

function mismatch(plan: DownloadPlan, reason: string): DataError {
  return new DataError(
    'checksum-mismatch',
    `${plan.urlPath} did not arrive as announced: ${reason}`,
    'Run the same command again; if it stays so, the hub or a proxy changes the file: use another endpoint.',
    { details: { reason } },
  );
}
