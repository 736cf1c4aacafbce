import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import { sha256 } from '../../core/hash.ts';
import type { FetchOptions, ModelSource } from '../../core/model-source.ts';
import { openModelCache, requireSpace } from '../model-cache.ts';
import { HubClient, type HubSettings } from './hub-client.ts';
import { type HubReference, parseHubReference, safeName } from './hub-reference.ts';
import { downloadFile } from './resumable-download.ts';

const repositorySchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z
    .object({ license: z.string().optional().catch(undefined) })
    .nullish()
    .catch(null),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.number().int().nonnegative().nullish(),
      lfs: z.object({ sha256: z.string().optional() }).nullish(),
    }),
  ),
});
type Repository = z.infer<typeof repositorySchema>;

/** What a model needs besides its weights. */
const companions =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|model\.safetensors\.index)\.json$|^(tokenizer\.model|merges\.txt|chat_template\.jinja|LICENSE[\w.]*)$/;
const weights = /^model[\w.-]*\.safetensors$/;
const maxListingBytes = 16 << 20;

/** `hf:org/name[@revision][/file.gguf]`: a Hugging Face hub or a mirror of it. Pickle files are never fetched. */
export function createHubSource(settings: HubSettings): ModelSource {
  const client = new HubClient(settings);

  async function look(place: HubReference, signal: AbortSignal | undefined) {
    const path = `api/models/${place.repository}/revision/${place.revision}?blobs=true`;
    const text = await client.get(
      path,
      async () => ({}),
      response => limitedText(response.body),
      signal,
    );
    const repository = repositorySchema.parse(JSON.parse(text));
    return { repository, files: chooseFiles(repository, place) };
  }

  return {
    scheme: 'hf',
    async resolve(reference, options) {
      const { files } = await look(parseHubReference(reference), options.signal);
      return { files: files.map(file => ({ name: file.rfilename, sizeBytes: file.size ?? null })) };
    },
    async fetch(reference, options) {
      const cache = openModelCache(options.cacheDir);
      const known = await cache.find(reference);
      if (known !== null) return known.path;
      const place = parseHubReference(reference);
      const { repository, files } = await look(place, options.signal);
      // The folder's name holds the commit: a download never continues with files of another one.
      const staging = join(
        options.cacheDir,
        'downloads',
        sha256(`${reference} ${repository.sha}`).slice(0, 32),
      );
      await fetchFiles(files, place.repository, repository.sha, staging, options);
      const path = place.file === null ? staging : join(staging, basename(place.file));
      const licence = repository.cardData?.license ?? null;
      const model = await cache.adopt({ reference, path, move: true, licence, sha256: null });
      await rm(staging, { recursive: true, force: true });
      return model.path;
    },
  };

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
    if (total !== null) await requireSpace(staging, total);
    let before = 0;
    for (const file of files) {
      const target = join(staging, basename(file.rfilename));
      const present = await stat(target).catch(() => null);
      if (present === null) {
        await downloadFile(client, {
          urlPath: `${repository}/resolve/${commit}/${file.rfilename.split('/').map(encodeURIComponent).join('/')}`,
          target,
          sizeBytes: file.size ?? null,
          sha256: file.lfs?.sha256 ?? null,
          onBytes: done => options.onProgress?.(before + done, total),
          signal: options.signal,
        });
      }
      before += (await stat(target)).size;
    }
  }
}

function chooseFiles(repository: Repository, place: HubReference): Repository['siblings'] {
  const safe = repository.siblings.filter(file => safeName(file.rfilename));
  if (place.file !== null) {
    const file = safe.find(candidate => candidate.rfilename === place.file);
    if (file !== undefined) return [file];
    throw new ConfigError(
      'model-not-found',
      `${place.repository} has no ${place.file}`,
      ggufHint(safe, place.repository),
    );
  }
  if (safe.some(file => weights.test(file.rfilename))) {
    return safe.filter(file => weights.test(file.rfilename) || companions.test(file.rfilename));
  }
  if (safe.some(file => file.rfilename.endsWith('.gguf'))) {
    throw new ConfigError(
      'reference-incomplete',
      `${place.repository} holds GGUF files`,
      ggufHint(safe, place.repository),
    );
  }
  throw new DataError(
    'pickle-refused',
    `${place.repository} holds no safetensors and no GGUF; PyTorch pickles can run any code and are not fetched`,
    'Choose a model that is published as safetensors or GGUF.',
  );
}

function ggufHint(files: Repository['siblings'], repository: string): string {
  const names = files.map(file => file.rfilename).filter(name => name.endsWith('.gguf'));
  return `Name one file: ${
    names
      .slice(0, 5)
      .map(name => `hf:${repository}/${name}`)
      .join(' or ') || `hf:${repository}`
  }.`;
}

async function limitedText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxListingBytes)
      throw new DataError('hub-answer-invalid', 'The hub lists too many files', 'Check the endpoint.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
