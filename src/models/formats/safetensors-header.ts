import { z } from 'zod';
import { DataError } from '../../core/errors/index.ts';
import type { ByteSource } from './byte-source.ts';

export interface SafetensorsTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
}

export interface SafetensorsHeader {
  readonly tensors: readonly SafetensorsTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bits per value of the types that may appear. */
const dtypeBits: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  I64: 64,
  U64: 64,
  F64: 64,
};

/** The format's own bound on the header. */
const maxHeaderBytes = 100_000_000;

const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()).max(8),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

/**
 * Reads and checks a safetensors header: the tensors must fill the data section exactly, in known types.
 * @throws DataError `safetensors-invalid`
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensorsHeader(source: ByteSource): SafetensorsHeader {
  if (source.sizeBytes < 10) throw invalid(`the file has only ${source.sizeBytes} bytes`);
  const length = source.read(0, 8).readBigUInt64LE();
  if (length > BigInt(Math.min(maxHeaderBytes, source.sizeBytes - 8))) {
    throw invalid(`the header claims ${length} bytes`);
  }
  const dataBytes = source.sizeBytes - 8 - Number(length);
  const header = parseObject(source.read(8, Number(length)).toString('utf8'));
  const { __metadata__: rawMetadata = {}, ...entries } = header;
  const metadata = z.record(z.string(), z.string()).safeParse(rawMetadata);
  if (!metadata.success) throw invalid('__metadata__ is not an object of strings');
  const placed = Object.entries(entries).map(([name, entry]) => place(name, entry));
  placed.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const tensor of placed) {
    if (tensor.begin !== expected) throw invalid(`tensor ${tensor.name} overlaps or leaves a gap`);
    expected = tensor.end;
  }
  if (expected !== dataBytes) throw invalid(`tensors take ${expected} bytes, the file has ${dataBytes}`);
  return {
    metadata: metadata.data,
    tensors: placed.map(({ name, dtype, shape, begin, end }) => ({
      name,
      dtype,
      shape,
      sizeBytes: end - begin,
    })),
  };
}

function parseObject(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) throw invalid('the header is not a JSON object');
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw invalid('the header is not JSON');
  }
}

function place(name: string, entry: unknown) {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw invalid(`tensor ${name} is not described as the format says`);
  const { dtype, shape, data_offsets } = parsed.data;
  const bits = Object.hasOwn(dtypeBits, dtype) ? dtypeBits[dtype] : undefined;
  if (bits === undefined) throw invalid(`tensor ${name} has unknown type ${dtype}`);
  const [begin, end] = data_offsets;
  const bytes = shape.reduce((product, extent) => product * BigInt(extent), BigInt(bits / 8));
  if (BigInt(end) - BigInt(begin) !== bytes) throw invalid(`tensor ${name} has a size that its shape denies`);
  return { name, dtype, shape, begin, end };
}

function invalid(reason: string): DataError {
  return new DataError(
    'safetensors-invalid',
    `Not a usable safetensors file: ${reason}`,
    'Download the file again and compare its checksum; if it stays so, take the model from another source.',
    { details: { reason } },
  );
}
