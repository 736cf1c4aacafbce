import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256 } from '../../core/hash.ts';
import type { FetchOptions, ModelSource } from '../../core/model-source.ts';
import { pinOf } from '../catalogue/catalogue.ts';
import { type FreeBytes, requireSpace } from '../free-space.ts';
import { openModelCache } from '../model-cache.ts';
import { requireNetwork } from '../offline.ts';
import { waitForDownload } from './download-lock.ts';
import { HubClient, type HubSettings } from './hub-client.ts';
import { checksumOf, chooseFiles, type Repository, readListing } from './hub-listing.ts';
import { type HubReference, parseHubReference } from './hub-reference.ts';
import { downloadFile } from './resumable-download.ts';

export interface HubSourceOptions extends HubSettings {
  /** For tests; the default asks the file system. */
  readonly freeBytes?: FreeBytes;
}

/** `hf:org/name[@revision][/file.gguf]`: a Hugging Face hub or a mirror of it. Pickle files are never fetched. */
export function createHubSource(settings: HubSourceOptions): ModelSource {
  const client = new HubClient(settings);

  async function look(place: HubReference, signal: AbortSignal | undefined) {
    const path = `api/models/${place.repository}/revision/${place.revision}?blobs=true`;
    const repository = await client.get(
      path,
      async () => ({}),
      response => readListing(response.body, place.repository),
      signal,
    );
    return { repository, files: chooseFiles(repository, place) };
  }

  return {
    scheme: 'hf',
    async resolve(reference, options) {
      const place = parseHubReference(reference);
      requireNetwork(reference, options);
      const { files } = await look(place, options.signal);
      return { files: files.map(file => ({ name: file.rfilename, sizeBytes: file.size ?? null })) };
    },
    async fetch(reference, options) {
      const place = parseHubReference(reference);
      const cache = openModelCache(options.cacheDir);
      const known = await cache.find(reference);
      if (known !== null) return known.path;
      requireNetwork(reference, options);
      const downloads = join(options.cacheDir, 'downloads');
      const lock = await waitForDownload(
        join(downloads, `${sha256(reference)}.lock`),
        options.signal,
        settings.sleep,
      );
      try {
        // Whoever held the lock before may have fetched it.
        return (
          (await cache.find(reference))?.path ?? (await fetchModel(reference, place, downloads, options))
        );
      } finally {
        lock.release();
      }
    },
  };

  async function fetchModel(
    reference: string,
    place: HubReference,
    downloads: string,
    options: FetchOptions,
  ): Promise<string> {
    const { repository, files } = await look(place, options.signal);
    // The folder's name holds the commit: a download never continues with files of another one.
    const staging = join(downloads, sha256(`${reference} ${repository.sha}`).slice(0, 32));
    await fetchFiles(files, place.repository, repository.sha, staging, options);
    const path = place.file === null ? staging : join(staging, basename(place.file));
    const licence = repository.cardData?.license ?? null;
    try {
      const request = { reference, path, move: true, licence, sha256: pinOf(reference) };
      return (await openModelCache(options.cacheDir).adopt(request)).path;
    } finally {
      // Also where it was refused: what is no usable model must not be found again by the next call.
      await rm(staging, { recursive: true, force: true });
    }
  }

  async function fetchFiles(
    files: Repository['siblings'],
    repository: string,
    commit: string,
    staging: string,
    options: FetchOptions,
  ): Promise<void> {
    const total = files.reduce<number | null>(
      (sum, file) => (sum === null || file.size == null ? null : sum + file.size),
      0,
    );
    if (total !== null) {
      const here = await Promise.all(
        files.map(async file => {
          const target = join(staging, basename(file.rfilename));
          return (await sizeOf(target)) ?? (await sizeOf(`${target}.part`)) ?? 0;
        }),
      );
      const missing = here.reduce((left, bytes) => left - bytes, total);
      await requireSpace(staging, missing, settings.freeBytes);
    }
    let before = 0;
    for (const file of files) {
      const target = join(staging, basename(file.rfilename));
      if ((await sizeOf(target)) === null) {
        await downloadFile(client, {
          urlPath: `${repository}/resolve/${commit}/${file.rfilename.split('/').map(encodeURIComponent).join('/')}`,
          target,
          sizeBytes: file.size ?? null,
          checksum: checksumOf(file),
          onBytes: done => options.onProgress?.(before + done, total),
          signal: options.signal,
        });
      }
      before += (await sizeOf(target)) ?? 0;
    }
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}
