import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepdownError } from '../../core/errors/index.ts';
import { tinyTensors, writeTinySafetensors } from '../fixtures/tiny-safetensors.ts';
import { bufferSource } from './byte-source.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';

const read = (bytes: Buffer) => readSafetensorsHeader(bufferSource(bytes));
const one = (entry: object, dataBytes: number) => writeTinySafetensors({ a: entry }, dataBytes);

describe('readSafetensorsHeader', () => {
  it('reads names, types and sizes of a valid file', () => {
    const header = read(writeTinySafetensors(tinyTensors, 96));
    expect(header.metadata).toEqual({ format: 'pt' });
    expect(header.tensors.map(tensor => [tensor.name, tensor.sizeBytes])).toEqual([
      ['model.embed_tokens.weight', 64],
      ['model.norm.weight', 32],
    ]);
  });

  const hostile: [string, Buffer, RegExp][] = [
    ['an empty file', Buffer.alloc(0), /only 0 bytes/],
    ['a header longer than the file', Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 123, 125]), /claims 255/],
    ['a header of 2^64 bytes', Buffer.concat([Buffer.alloc(8, 255), Buffer.from('{}')]), /claims 184/],
    ['what is not JSON', writeTinySafetensors('{"a":', 0), /not JSON/],
    ['a JSON array', writeTinySafetensors('[1, 2]', 0), /not a JSON object/],
    ['an unknown type', one({ dtype: 'X9', shape: [1], data_offsets: [0, 8] }, 8), /unknown type X9/],
    [
      'a type named like a method',
      one({ dtype: 'toString', shape: [1], data_offsets: [0, 8] }, 8),
      /unknown type/,
    ],
    ['a shape that denies the size', one({ dtype: 'F32', shape: [3], data_offsets: [0, 8] }, 8), /denies/],
    ['a negative offset', one({ dtype: 'F32', shape: [1], data_offsets: [-4, 0] }, 8), /described/],
    ['an end before its beginning', one({ dtype: 'F32', shape: [1], data_offsets: [8, 4] }, 8), /denies/],
    [
      'a shape that overflows',
      one({ dtype: 'F32', shape: [2 ** 52, 2 ** 52], data_offsets: [0, 0] }, 0),
      /denies/,
    ],
    ['data after the last tensor', writeTinySafetensors(tinyTensors, 100), /file has 100/],
    ['a file that is cut off', writeTinySafetensors(tinyTensors, 90), /file has 90/],
    [
      'overlapping tensors',
      writeTinySafetensors(
        {
          a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
          b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
        },
        12,
      ),
      /overlaps/,
    ],
  ];
  it.each(hostile)('refuses %s', (_what, bytes, reason) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'safetensors-invalid' }));
    expect(() => read(bytes)).toThrow(reason);
  });

  it('answers any damaged file with a header or safetensors-invalid', () => {
    const valid = writeTinySafetensors(tinyTensors, 96);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 5 }), edits => {
        const bytes = Buffer.from(valid);
        for (const [at, value] of edits) bytes[at] = value;
        try {
          read(bytes);
        } catch (error) {
          if (!(error instanceof StepdownError)) throw error;
          expect(error.code).toBe('safetensors-invalid');
        }
      }),
      { numRuns: 800 },
    );
  });
});
