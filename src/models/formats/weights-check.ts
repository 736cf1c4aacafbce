import { closeSync, openSync, readSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { DataError } from '../../core/errors/index.ts';
import type { ResolvedModel } from '../../core/model-source.ts';
import { isFile } from '../../files/path-kind.ts';
import { withFileSource } from './byte-source.ts';
import { type GgufHeader, readGgufHeader } from './gguf-header.ts';
import { splitGguf } from './gguf-part.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';

/** What weights say of themselves; licence is null where they say nothing. */
export type WeightsFacts = Pick<
  ResolvedModel,
  'format' | 'architecture' | 'parameters' | 'contextTokens' | 'layers' | 'embeddingLength' | 'vocabularySize'
> & { readonly licence: string | null };

const pickleExtensions = new Set(['.bin', '.pt', '.pth', '.ckpt', '.pkl', '.pickle']);
const tokenizerFiles = ['tokenizer.json', 'tokenizer.model', 'vocab.json'];

/**
 * Checks weights before anything opens them: a GGUF file, or a folder with config.json, safetensors and tokenizer.
 * @throws DataError `pickle-refused` | `gguf-invalid` | `gguf-split` | `safetensors-invalid` | `model-incomplete`
 */
export async function checkWeights(path: string): Promise<WeightsFacts> {
  if ((await stat(path)).isDirectory()) return checkFolder(path);
  refusePickle(path);
  if (extname(path) === '.safetensors') {
    throw incomplete(path, 'a single safetensors file has no config.json and no tokenizer beside it');
  }
  return withFileSource(path, source => ggufFacts(readGgufHeader(source), path));
}

/** Pickle executes code when it is read, whatever the file is called: extension and first bytes both count. */
export function refusePickle(path: string): void {
  const head = Buffer.alloc(4);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, 4, 0);
  } finally {
    closeSync(file);
  }
  const zip = head.readUInt32LE() === 0x04034b50;
  const pickle =
    head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5 && extname(path) !== '.safetensors';
  if (!pickleExtensions.has(extname(path).toLowerCase()) && !zip && !pickle) return;
  throw new DataError(
    'pickle-refused',
    `${path} is a PyTorch pickle: opening it can run any code`,
    'Use the safetensors or GGUF files of the same model.',
  );
}

function ggufFacts(header: GgufHeader, path: string): WeightsFacts {
  const { architecture, metadata, tensors } = header;
  const parts = metadata.get('split.count');
  if (typeof parts === 'number' && parts > 1) throw splitGguf(path);
  if (tensors.length === 0) throw incomplete(path, 'it holds no weights');
  const figure = (key: string): number => {
    const value = metadata.get(`${architecture}.${key}`);
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
    throw new DataError(
      'gguf-invalid',
      `Not a usable GGUF file: ${architecture}.${key} is missing or not a count`,
      'Take a file of the whole model; adapters and projectors cannot be base models.',
    );
  };
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const licence = metadata.get('general.license');
  return {
    format: 'gguf',
    architecture,
    parameters: tensors.reduce((sum, tensor) => sum + countValues(tensor.shape), 0),
    contextTokens: figure('context_length'),
    layers: figure('block_count'),
    embeddingLength: figure('embedding_length'),
    vocabularySize: typeof tokens === 'object' ? tokens.length : figure('vocab_size'),
    licence: typeof licence === 'string' && licence !== '' ? licence : null,
  };
}

const shapeSchema = z.object({
  model_type: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/i),
  num_hidden_layers: z.int().positive(),
  hidden_size: z.int().positive(),
  vocab_size: z.int().positive(),
  max_position_embeddings: z.int().positive(),
});

/**
 * Figures that a published config.json leaves out because transformers assumes them.
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/gemma3/configuration_gemma3.py
 */
const assumed = new Map([['gemma3_text', { vocab_size: 262_208, max_position_embeddings: 131_072 }]]);

async function checkFolder(folder: string): Promise<WeightsFacts> {
  const entries = await readdir(folder);
  // Links count as what they lead to: the cache of the hub's own client is a folder of links.
  const areFiles = await Promise.all(entries.map(name => isFile(join(folder, name))));
  const names = entries.filter((_name, index) => areFiles[index]);
  if (!names.some(name => name.endsWith('.safetensors'))) {
    const pickle = names.find(name => pickleExtensions.has(extname(name).toLowerCase()));
    if (pickle !== undefined) refusePickle(join(folder, pickle));
    throw incomplete(folder, 'there is no safetensors file');
  }
  if (!names.includes('config.json')) throw incomplete(folder, 'config.json is missing');
  if (!tokenizerFiles.some(name => names.includes(name)))
    throw incomplete(folder, 'the tokenizer is missing');
  let parameters = 0;
  for (const [part, expected] of await partsOf(folder, names)) {
    refusePickle(join(folder, part));
    const { tensors } = withFileSource(join(folder, part), readSafetensorsHeader);
    const present = new Set(tensors.map(tensor => tensor.name));
    const absent = expected.find(name => !present.has(name));
    if (absent !== undefined) throw incomplete(folder, `tensor ${absent} is not in ${part}`);
    parameters += tensors.reduce((sum, tensor) => sum + countValues(tensor.shape), 0);
  }
  const config = await json(folder, 'config.json');
  const own = { ...config, ...(config['text_config'] as object | undefined) } as Record<string, unknown>;
  const text = { ...assumed.get(String(own['model_type'])), ...own };
  const shape = shapeSchema.safeParse(text);
  if (!shape.success) {
    throw incomplete(
      folder,
      `config.json lacks ${shape.error.issues.map(issue => issue.path.join('.')).join(', ')}`,
    );
  }
  return {
    format: 'safetensors',
    architecture: shape.data.model_type.replace(/_text$/, ''),
    parameters,
    contextTokens: shape.data.max_position_embeddings,
    layers: shape.data.num_hidden_layers,
    embeddingLength: shape.data.hidden_size,
    vocabularySize: shape.data.vocab_size,
    licence: null,
  };
}

function countValues(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The weight files that belong to the model, each with the tensors that the index says it holds. */
async function partsOf(folder: string, names: readonly string[]): Promise<Map<string, string[]>> {
  const name = 'model.safetensors.index.json';
  if (!names.includes(name)) {
    if (names.includes('model.safetensors')) return new Map([['model.safetensors', []]]);
    throw incomplete(folder, `neither model.safetensors nor ${name} is there`);
  }
  const index = indexSchema.safeParse(await json(folder, name));
  if (!index.success) throw incomplete(folder, `${name} has no weight_map`);
  const parts = new Map<string, string[]>();
  for (const [tensor, part] of Object.entries(index.data.weight_map)) {
    if (!names.includes(part)) throw incomplete(folder, `${part} is missing`);
    const tensors = parts.get(part) ?? [];
    tensors.push(tensor);
    parts.set(part, tensors);
  }
  if (parts.size === 0) throw incomplete(folder, `${name} names no tensor`);
  return parts;
}

async function json(folder: string, name: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw incomplete(folder, `${name} is not a JSON object`);
}

function incomplete(path: string, reason: string): DataError {
  return new DataError(
    'model-incomplete',
    `${path} is not a complete model: ${reason}`,
    'Give a GGUF file, or a folder with config.json, model.safetensors (all parts) and the tokenizer.',
    { details: { reason } },
  );
}
