import type { ByteSource } from './byte-source.ts';
import { GgufCursor } from './gguf-cursor.ts';
import { type GgufArray, type GgufValue, readGgufValue } from './gguf-metadata.ts';
import { checkTensorPlaces, type GgufTensor, readGgufTensor } from './gguf-tensors.ts';

/** What a GGUF file says of itself, after every length, count, type and offset was checked. */
export interface GgufHeader {
  readonly version: 2 | 3;
  /** `general.architecture`, e.g. `llama`. */
  readonly architecture: string;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
}

/** Far above real files (a 400-billion model has some 2,000 tensors and 60 keys), far below harm. */
const maxTensors = 1 << 16;
const maxKeys = 1 << 14;
const maxKeyBytes = 65_535;
/** Shortest possible entries: key length + one character + type + value; name + dimensions + type + offset. */
const smallestKeyBytes = 8 + 1 + 4 + 1;
const smallestTensorBytes = 8 + 4 + 4 + 8;

/**
 * Reads and checks a GGUF header without trusting it: nothing is allocated that the file's own size does not
 * justify, and what the native reader would refuse or stumble over is refused here first.
 * @throws DataError `gguf-invalid`
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function readGgufHeader(source: ByteSource): GgufHeader {
  const cursor = new GgufCursor(source);
  if (source.sizeBytes < 24) throw cursor.fail(`the file has only ${source.sizeBytes} bytes`);
  if (cursor.bytes(4).toString('latin1') !== 'GGUF') throw cursor.fail('it does not begin with "GGUF"');
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw cursor.fail(`version ${version} is not 2 or 3`);
  const tensorCount = cursor.u64('tensor count');
  const keyCount = cursor.u64('key count');
  if (tensorCount > maxTensors || tensorCount * smallestTensorBytes > cursor.remaining) {
    throw cursor.fail(`tensor count ${tensorCount} cannot be true`);
  }
  if (keyCount > maxKeys || keyCount * smallestKeyBytes > cursor.remaining) {
    throw cursor.fail(`key count ${keyCount} cannot be true`);
  }
  const metadata = readMetadata(cursor, keyCount);
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || !/^[a-z0-9][a-z0-9_.-]{0,63}$/.test(architecture)) {
    throw cursor.fail('general.architecture is missing or not a name');
  }
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || alignment < 1 || !Number.isInteger(Math.log2(alignment))) {
    throw cursor.fail('general.alignment is not a power of two');
  }
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < tensorCount; index++) {
    const tensor = readGgufTensor(cursor);
    if (names.has(tensor.name)) throw cursor.fail(`tensor ${tensor.name} appears twice`);
    names.add(tensor.name);
    tensors.push(tensor);
  }
  checkTensorPlaces(cursor, tensors, Math.ceil(cursor.position / alignment) * alignment, alignment);
  return { version, architecture, metadata, tensors };
}

function readMetadata(cursor: GgufCursor, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < count; index++) {
    const key = cursor.string('key', maxKeyBytes);
    if (key === '') throw cursor.fail('a key is empty');
    if (metadata.has(key)) throw cursor.fail(`key ${key} appears twice`);
    metadata.set(key, readGgufValue(cursor, key));
  }
  return metadata;
}

/**
 * Single strings out of a string array, e.g. the text of the end-of-text token.
 * @param array as the header of the same source gave it
 * @returns null where the index lies outside the array
 */
export function readGgufStringAt(source: ByteSource, array: GgufArray, index: number): string | null {
  if (array.elementType !== 8 || !Number.isInteger(index) || index < 0 || index >= array.length) return null;
  const cursor = new GgufCursor(source);
  cursor.position = array.position;
  for (let skipped = 0; skipped < index; skipped++) cursor.skipString('array element');
  return cursor.string('array element', 65_535);
}
