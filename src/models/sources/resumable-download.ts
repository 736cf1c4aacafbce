import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Dispatcher } from 'undici';
import { DataError } from '../../core/errors/index.ts';
import { diskFull, writeFileAtomic } from '../../files/atomic-file.ts';
import type { HubClient } from './hub-client.ts';

/** `git-blob`: SHA-1 over `blob <size>\0` and the content, as git names its objects. */
export interface Checksum {
  readonly kind: 'sha256' | 'git-blob';
  readonly hex: string;
}

export interface DownloadPlan {
  readonly urlPath: string;
  readonly target: string;
  readonly sizeBytes: number | null;
  readonly checksum: Checksum | null;
  readonly onBytes: (done: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** The connection ended before the file did; the client asks for the rest. */
class Truncated extends Error {
  readonly code = 'truncated';
}

/**
 * Downloads a file into `target.part`, continuing what is there, checks it and renames it. The caller holds the
 * lock of the folder. `target.part.etag` holds the version that the beginning belongs to.
 * @throws DataError `checksum-mismatch` | PrerequisiteError `disk-full` | `network-unreachable`
 */
export async function downloadFile(client: HubClient, plan: DownloadPlan): Promise<void> {
  const part = `${plan.target}.part`;
  const tag = `${part}.etag`;
  const discard = () => Promise.all([rm(part, { force: true }), rm(tag, { force: true })]);
  const present = async () => (await stat(part).catch(() => null))?.size ?? 0;
  const version = () => readFile(tag, 'utf8').catch(() => null);
  await mkdir(dirname(part), { recursive: true });
  let checksum = plan.checksum;

  await client.get(
    plan.urlPath,
    async () => {
      const done = await present();
      const etag = await version();
      // A beginning of unknown version is continued only where the checksum will tell.
      if (done === 0 || (etag === null && checksum === null)) return {};
      return { range: `bytes=${done}-`, ...(etag === null ? {} : { 'if-range': etag }) };
    },
    async (response, received) => {
      const done = await present();
      checksum ??= linkedChecksum(response);
      const etag = strongEtag(response);
      const resumed = response.statusCode === 206;
      const fits = String(response.headers['content-range']).startsWith(`bytes ${done}-`);
      const changed = etag !== null && etag !== ((await version()) ?? etag);
      if (response.statusCode === 416 || (resumed && (!fits || changed))) {
        await response.body.dump();
        // Nothing is left to fetch, or what is here is not a beginning of the file: the size tells.
        if (response.statusCode === 416 && done === plan.sizeBytes) return;
        await discard();
        throw new Truncated('the partial file did not fit');
      }
      if (!resumed) await discard();
      if (etag !== null) await writeFileAtomic(tag, etag);
      const position = await append(part, resumed ? done : 0, response, plan, received).catch(async error => {
        if (error instanceof DataError) await discard();
        throw diskFull(error, part) ?? error;
      });
      if (plan.sizeBytes !== null && position < plan.sizeBytes)
        throw new Truncated('the connection ended early');
    },
    plan.signal,
  );
  const actual = await digest(part, checksum?.kind ?? 'sha256');
  if (checksum !== null && actual !== checksum.hex) {
    await discard();
    throw mismatch(plan, `${checksum.kind} ${actual} instead of ${checksum.hex}`);
  }
  const file = await open(part, 'r');
  await file.sync();
  await file.close();
  await rename(part, plan.target);
  await rm(tag, { force: true });
}

/** Writes what arrives after the first `begin` bytes; only what is in the file counts as received. */
async function append(
  part: string,
  begin: number,
  response: Dispatcher.ResponseData,
  plan: DownloadPlan,
  received: () => void,
): Promise<number> {
  const file = await open(part, begin > 0 ? 'a' : 'w');
  let position = begin;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      if (plan.sizeBytes !== null && position + chunk.length > plan.sizeBytes)
        throw mismatch(plan, 'it is longer than announced');
      await file.appendFile(chunk);
      position += chunk.length;
      received();
      plan.onBytes(position);
    }
  } finally {
    await file.close();
  }
  return position;
}

/** The SHA-256 that the hub states beside a redirect to its large-file storage. */
function linkedChecksum(response: Dispatcher.ResponseData): Checksum | null {
  const hex = String(response.headers['x-linked-etag'] ?? '').replace(/"/g, '');
  return /^[0-9a-f]{64}$/.test(hex) ? { kind: 'sha256', hex } : null;
}

/** Weak tags promise no equal bytes, so nothing may be continued by them. */
function strongEtag(response: Dispatcher.ResponseData): string | null {
  const etag = response.headers['etag'];
  return typeof etag === 'string' && /^"[\x21\x23-\x7e]{1,200}"$/.test(etag) ? etag : null;
}

async function digest(path: string, kind: Checksum['kind']): Promise<string> {
  const hash = createHash(kind === 'sha256' ? 'sha256' : 'sha1');
  if (kind === 'git-blob') hash.update(`blob ${(await stat(path)).size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function mismatch(plan: DownloadPlan, reason: string): DataError {
  return new DataError(
    'checksum-mismatch',
    `${plan.urlPath} did not arrive as announced: ${reason}`,
    'Run the same command again; if it stays so, the hub or a proxy changes the file: use another endpoint.',
    { details: { reason } },
  );
}
