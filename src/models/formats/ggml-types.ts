/** How a tensor type packs values: `blockValues` values take `blockBytes` bytes. */
export interface GgmlType {
  readonly name: string;
  readonly blockValues: number;
  readonly blockBytes: number;
}

/**
 * Tensor types of GGUF by their number. Sizes follow from the block layouts, e.g. Q4_K packs 256 values in
 * two half floats, 12 bytes of 6-bit scales and 128 bytes of quants. Missing numbers were withdrawn.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/ggml/src/ggml-common.h
 */
const layouts: readonly (readonly [id: number, name: string, blockValues: number, blockBytes: number])[] = [
  [0, 'F32', 1, 4],
  [1, 'F16', 1, 2],
  [2, 'Q4_0', 32, 2 + 16],
  [3, 'Q4_1', 32, 4 + 16],
  [6, 'Q5_0', 32, 2 + 4 + 16],
  [7, 'Q5_1', 32, 4 + 4 + 16],
  [8, 'Q8_0', 32, 2 + 32],
  [9, 'Q8_1', 32, 4 + 32],
  [10, 'Q2_K', 256, 4 + 16 + 64],
  [11, 'Q3_K', 256, 2 + 64 + 32 + 12],
  [12, 'Q4_K', 256, 4 + 12 + 128],
  [13, 'Q5_K', 256, 4 + 12 + 128 + 32],
  [14, 'Q6_K', 256, 2 + 16 + 192],
  [15, 'Q8_K', 256, 4 + 256 + 32],
  [16, 'IQ2_XXS', 256, 2 + 64],
  [17, 'IQ2_XS', 256, 2 + 64 + 8],
  [18, 'IQ3_XXS', 256, 2 + 96],
  [19, 'IQ1_S', 256, 2 + 32 + 16],
  [20, 'IQ4_NL', 32, 2 + 16],
  [21, 'IQ3_S', 256, 2 + 104 + 4],
  [22, 'IQ2_S', 256, 2 + 64 + 16],
  [23, 'IQ4_XS', 256, 2 + 2 + 4 + 128],
  [24, 'I8', 1, 1],
  [25, 'I16', 1, 2],
  [26, 'I32', 1, 4],
  [27, 'I64', 1, 8],
  [28, 'F64', 1, 8],
  [29, 'IQ1_M', 256, 32 + 16 + 8],
  [30, 'BF16', 1, 2],
  [34, 'TQ1_0', 256, 2 + 4 + 48],
  [35, 'TQ2_0', 256, 2 + 64],
  [39, 'MXFP4', 32, 1 + 16],
  [40, 'NVFP4', 64, 4 + 32],
  [41, 'Q1_0', 128, 2 + 16],
  [42, 'Q2_0', 64, 2 + 16],
];

export const ggmlTypes: ReadonlyMap<number, GgmlType> = new Map(
  layouts.map(([id, name, blockValues, blockBytes]) => [id, { name, blockValues, blockBytes }]),
);

/** Bits that one weight takes in a tensor of this type, e.g. 4.5 for Q4_0. */
export function bitsPerWeight(typeName: string): number {
  const layout = layouts.find(([, name]) => name === typeName);
  if (layout === undefined) throw new RangeError(`No tensor type ${typeName}`);
  return (layout[3] * 8) / layout[2];
}
