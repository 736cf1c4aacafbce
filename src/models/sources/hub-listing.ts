import { z } from 'zod';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import { isGgufPart, splitGguf } from '../formats/gguf-part.ts';
import { type HubReference, safeName } from './hub-reference.ts';
import type { Checksum } from './resumable-download.ts';

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
      /** Of a large file this is the blob of its pointer, not of its content. */
      blobId: z
        .string()
        .regex(/^[0-9a-f]{40}$/)
        .nullish(),
      lfs: z
        .object({
          sha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .optional(),
        })
        .nullish(),
    }),
  ),
});
/** What a hub says about a repository at one commit. */
export type Repository = z.infer<typeof repositorySchema>;

/** What a model needs besides its weights. */
const companions =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|model\.safetensors\.index)\.json$|^(tokenizer\.model|merges\.txt|chat_template\.jinja|LICENSE[\w.]*)$/;
const weights = /^model(-\d{5}-of-\d{5})?\.safetensors$/;
const maxListingBytes = 16 << 20;

/** What a file must hash to, where the hub states it. */
export function checksumOf(file: Repository['siblings'][number]): Checksum | null {
  if (file.lfs?.sha256 !== undefined) return { kind: 'sha256', hex: file.lfs.sha256 };
  if (file.lfs == null && file.blobId != null) return { kind: 'git-blob', hex: file.blobId };
  return null;
}

/**
 * The files that make the model: one GGUF, or safetensors with what they need. Names that leave the folder and
 * pickles are not looked at.
 * @throws ConfigError `model-not-found` | `reference-incomplete`; DataError `pickle-refused`
 */
export function chooseFiles(repository: Repository, place: HubReference): Repository['siblings'] {
  const safe = repository.siblings.filter(file => safeName(file.rfilename));
  if (place.file !== null) {
    const file = safe.find(candidate => candidate.rfilename === place.file);
    // Told before gigabytes are fetched.
    if (file !== undefined && isGgufPart(place.file)) throw splitGguf(place.file);
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
  const names = files.map(file => file.rfilename).filter(name => name.endsWith('.gguf') && !isGgufPart(name));
  return `Name one file: ${
    names
      .slice(0, 5)
      .map(name => `hf:${repository}/${name}`)
      .join(' or ') || `hf:${repository}`
  }.`;
}

/**
 * Reads the answer to a question about a repository.
 * @throws DataError `hub-answer-invalid`
 */
export async function readListing(body: AsyncIterable<Buffer>, repository: string): Promise<Repository> {
  const text = await limitedText(body);
  try {
    return repositorySchema.parse(JSON.parse(text));
  } catch (error) {
    throw unusable(`what it says about ${repository} is not a list of files`, error);
  }
}

async function limitedText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxListingBytes) throw unusable('its list of files is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unusable(reason: string, cause?: unknown): DataError {
  return new DataError(
    'hub-answer-invalid',
    `The answer of the hub cannot be used: ${reason}`,
    'Check the endpoint (HF_ENDPOINT) and whether a proxy or login page answers in its place.',
    { cause, details: { reason } },
  );
}
