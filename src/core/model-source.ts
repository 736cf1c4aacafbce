import { z } from 'zod';

/** A model whose files are on this machine, checked and pinned. */
export const resolvedModelSchema = z.object({
  /** As the user wrote it: `smollm2-135m-instruct`, `hf:org/name`, `pypi:package==1.0/file.gguf`, `file:path`. */
  reference: z.string(),
  /** Catalogue id, or derived from the reference; usable in file names. */
  id: z.string(),
  format: z.enum(['gguf', 'safetensors']),
  /** Absolute path of the GGUF file, or of the folder with config.json, tokenizer and safetensors. */
  path: z.string(),
  /** SHA-256 of the file, or over the sorted (name, hash) pairs of the folder. */
  sha256: z.string().length(64),
  sizeBytes: z.number().int(),
  /** SPDX identifier or name; "unknown" where nothing states it. */
  licence: z.string(),
  /** llama, qwen3, gemma3, phi3 … as in GGUF `general.architecture`. */
  architecture: z.string(),
  parameters: z.number().int().nullable(),
  contextTokens: z.number().int(),
  layers: z.number().int(),
  embeddingLength: z.number().int(),
  vocabularySize: z.number().int(),
});
export type ResolvedModel = z.infer<typeof resolvedModelSchema>;

export interface FetchOptions {
  readonly cacheDir: string;
  /** Never touch the network; only the cache and local files. */
  readonly offline: boolean;
  readonly onProgress?: (done: number, total: number | null) => void;
  readonly signal?: AbortSignal;
}

/** Where models come from. One implementation a file. */
export interface ModelSource {
  /** Scheme it serves: `hf`, `pypi`, `file`. */
  readonly scheme: string;
  /** What would be fetched: names and sizes, without fetching. @throws PrerequisiteError `network-unreachable` */
  resolve(
    reference: string,
    options: FetchOptions,
  ): Promise<{ files: { name: string; sizeBytes: number | null }[] }>;
  /** Path of the weights (GGUF file or folder), complete and checked. */
  fetch(reference: string, options: FetchOptions): Promise<string>;
}
