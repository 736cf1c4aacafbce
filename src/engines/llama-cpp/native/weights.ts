import { realpath, stat } from 'node:fs/promises';
import { DataError, PrerequisiteError } from '../../../core/errors/index.ts';
import { openLibrary } from './library.ts';
import { callAsync, type Native, type Pointer } from './native.ts';

/**
 * A GGUF file in memory with its vocabulary. Models opened on the same file share one of these, so several
 * adapters cost one copy of the base. Freed when the last user releases it.
 */
export class Weights {
  readonly native: Native;
  readonly model: Pointer;
  readonly vocabulary: Pointer;
  readonly vocabularySize: number;
  /** Bytes of all tensors. */
  readonly sizeBytes: number;
  readonly trainedContextTokens: number;
  readonly #adapters = new Map<string, Promise<Pointer>>();
  readonly #pieces = new Map<number, Buffer>();

  constructor(native: Native, model: Pointer) {
    this.native = native;
    this.model = model;
    this.vocabulary = native.vocabulary(model) as Pointer;
    this.vocabularySize = native.vocabularySize(this.vocabulary) as number;
    this.sizeBytes = Number(native.modelSize(model));
    this.trainedContextTokens = native.trainedContext(model) as number;
  }

  /** Token ids of a text in which special tokens are written out. Nothing is added: no automatic BOS. */
  tokenize(text: string): number[] {
    const bytes = Buffer.from(text, 'utf8');
    // A token is at least a byte, and some vocabularies put a space in front.
    const ids = new Int32Array(bytes.length + 8);
    const { native, vocabulary } = this;
    const count = native.tokenize(vocabulary, bytes, bytes.length, ids, ids.length, false, true) as number;
    if (count < 0) throw new Error(`llama_tokenize needs ${-count} tokens for ${bytes.length} bytes`);
    return Array.from(ids.subarray(0, count));
  }

  /** Bytes of a token; a special token gives none. A character may be spread over several tokens. */
  piece(token: number): Buffer {
    const known = this.#pieces.get(token);
    if (known !== undefined) return known;
    let buffer = Buffer.alloc(64);
    const { native, vocabulary } = this;
    let length = native.tokenToPiece(vocabulary, token, buffer, buffer.length, 0, false) as number;
    if (length < 0) {
      buffer = Buffer.alloc(-length);
      length = native.tokenToPiece(vocabulary, token, buffer, buffer.length, 0, false) as number;
    }
    const piece = buffer.subarray(0, length);
    this.#pieces.set(token, piece);
    return piece;
  }

  /** Whether the vocabulary marks this token as ending an answer. */
  ends(token: number): boolean {
    return this.native.isEndOfGeneration(this.vocabulary, token) as boolean;
  }

  /** Loads a LoRA adapter once; it lives as long as the weights. @throws DataError `adapter-invalid` */
  adapter(path: string): Promise<Pointer> {
    const loading = this.#adapters.get(path) ?? this.#loadAdapter(path);
    this.#adapters.set(path, loading);
    return loading;
  }

  async #loadAdapter(path: string): Promise<Pointer> {
    await fileIdentity(path);
    const adapter = await callAsync<Pointer | null>(this.native.loadAdapter, this.model, path);
    if (adapter) return adapter;
    this.#adapters.delete(path);
    throw new DataError(
      'adapter-invalid',
      `${path} is not a GGUF adapter for this base model`,
      'Convert the adapter again with the base it was trained on.',
      { details: { path } },
    );
  }
}

interface Shared {
  readonly weights: Promise<Weights>;
  users: number;
}
const shared = new Map<string, Shared>();

/**
 * Loads a GGUF file, or joins whoever has it open already. `release` gives it back.
 * @throws DataError `gguf-invalid` | PrerequisiteError `model-missing` | `model-unsupported`
 */
export async function acquireWeights(
  path: string,
  gpuLayers: number | 'auto',
): Promise<{ weights: Weights; release(): void }> {
  const key = `${await fileIdentity(path)} gpu=${gpuLayers}`;
  const entry = shared.get(key) ?? { weights: loadWeights(path, gpuLayers), users: 0 };
  shared.set(key, entry);
  entry.users += 1;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    entry.users -= 1;
    if (entry.users > 0) return;
    shared.delete(key);
    entry.weights.then(
      weights => weights.native.freeModel(weights.model),
      () => undefined,
    );
  };
  try {
    return { weights: await entry.weights, release };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Loads the vocabulary of a GGUF file alone: a second, and the memory of its texts. Close it when done.
 * @throws DataError `gguf-invalid` | PrerequisiteError `library-missing`
 */
export async function openVocabulary(
  path: string,
): Promise<{ readonly vocabulary: Pick<Weights, 'tokenize'>; close(): void }> {
  const weights = await readGguf(path, 0, { vocab_only: true });
  return { vocabulary: weights, close: () => void weights.native.freeModel(weights.model) };
}

async function loadWeights(path: string, gpuLayers: number | 'auto'): Promise<Weights> {
  const weights = await readGguf(path, gpuLayers);
  const { native, model } = weights;
  if (native.isRecurrent(model) || native.isHybrid(model) || native.hasEncoder(model)) {
    native.freeModel(model);
    throw new PrerequisiteError(
      'model-unsupported',
      `${path} is not a decoder-only transformer: prefixes cannot be shared between its sequences`,
      'Choose another base model from `stepdown models list`, or serve this one behind an OpenAI-compatible API.',
    );
  }
  return weights;
}

async function readGguf(
  path: string,
  gpuLayers: number | 'auto',
  others: { readonly vocab_only?: true } = {},
): Promise<Weights> {
  const native = openLibrary(gpuLayers === 0 ? 'cpu' : 'gpu');
  const parameters = {
    ...(native.modelDefaults() as object),
    n_gpu_layers: gpuLayers === 'auto' ? -1 : gpuLayers,
    ...others,
  };
  const model = await callAsync<Pointer | null>(native.loadModel, path, parameters);
  if (!model)
    throw new DataError(
      'gguf-invalid',
      `${path} could not be loaded: it is damaged, or its architecture is not one llama.cpp knows`,
      'Check the file with `stepdown models show`, or fetch it again with `stepdown models pull`.',
      { details: { path } },
    );
  return new Weights(native, model);
}

/** Path, size and time of change: a file that was replaced is another file. */
async function fileIdentity(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    const { size, mtimeMs } = await stat(real);
    return `${real} ${size} ${mtimeMs}`;
  } catch (error) {
    throw new PrerequisiteError(
      'model-missing',
      `There is no model file at ${path}`,
      'Fetch it with `stepdown models pull`, or correct the path.',
      { cause: error, details: { path } },
    );
  }
}
