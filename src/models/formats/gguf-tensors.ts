import { type GgmlType, ggmlTypes } from './ggml-types.ts';
import type { GgufCursor } from './gguf-cursor.ts';

export interface GgufTensor {
  readonly name: string;
  /** Type name as in ggml, e.g. `Q4_K`. */
  readonly type: string;
  /** Extent of each dimension, the contiguous one first. */
  readonly shape: readonly number[];
  /** Relative to the data section. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The native reader keeps names in 64 bytes with the closing zero. */
const maxNameBytes = 63;
const maxDimensions = 4;

/** Reads one entry of the tensor table. */
export function readGgufTensor(cursor: GgufCursor): GgufTensor {
  const name = cursor.string('tensor name', maxNameBytes);
  const dimensions = cursor.u32();
  if (dimensions > maxDimensions) throw cursor.fail(`tensor ${name} has ${dimensions} dimensions`);
  const shape: number[] = [];
  let values = 1n;
  for (let index = 0; index < dimensions; index++) {
    const extent = cursor.u64(`dimension of tensor ${name}`);
    if (extent === 0) throw cursor.fail(`tensor ${name} has an empty dimension`);
    values *= BigInt(extent);
    shape.push(extent);
  }
  const typeId = cursor.u32();
  const type: GgmlType | undefined = ggmlTypes.get(typeId);
  if (type === undefined) throw cursor.fail(`tensor ${name} has unknown type ${typeId}`);
  if ((shape[0] ?? 1) % type.blockValues !== 0) {
    throw cursor.fail(`tensor ${name} has rows of ${shape[0]} values, not a multiple of ${type.blockValues}`);
  }
  const size = (values / BigInt(type.blockValues)) * BigInt(type.blockBytes);
  if (size > BigInt(cursor.source.sizeBytes)) throw cursor.fail(`tensor ${name} is larger than the file`);
  const offset = cursor.u64(`offset of tensor ${name}`);
  return { name, type: type.name, shape, offset, sizeBytes: Number(size) };
}

/**
 * Tensors must follow one another without gap or overlap, each padded to the alignment, inside the file:
 * the native reader takes nothing else, and an overlap is never honest.
 */
export function checkTensorPlaces(
  cursor: GgufCursor,
  tensors: readonly GgufTensor[],
  dataPosition: number,
  alignment: number,
): void {
  let expected = 0;
  for (const tensor of tensors) {
    if (tensor.offset !== expected) {
      throw cursor.fail(`tensor ${tensor.name} begins at ${tensor.offset}, expected ${expected}`);
    }
    if (dataPosition + tensor.offset + tensor.sizeBytes > cursor.source.sizeBytes) {
      throw cursor.fail(`tensor ${tensor.name} ends after the end of the file: the file is cut off`);
    }
    expected += Math.ceil(tensor.sizeBytes / alignment) * alignment;
  }
}
