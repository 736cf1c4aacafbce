import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepdownError } from '../../core/errors/index.ts';
import { text, tinyModel, u32, u64, writeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { type ByteSource, bufferSource } from './byte-source.ts';
import { bitsPerWeight } from './ggml-types.ts';
import { type GgufHeader, readGgufHeader, readGgufStringAt } from './gguf-header.ts';
import type { GgufArray } from './gguf-metadata.ts';

const read = (bytes: Buffer): GgufHeader => readGgufHeader(bufferSource(bytes));
const architecture = ['general.architecture', { type: 'string', value: 'llama' }] as const;
const head = (tensors: number | bigint, keys: number | bigint, ...rest: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors), u64(keys), ...rest]);

describe('readGgufHeader', () => {
  it('reads architecture, metadata and tensors of a valid file', () => {
    const bytes = tinyModel();
    const header = read(bytes);
    expect(header.architecture).toBe('llama');
    expect(header.metadata.get('llama.context_length')).toBe(128);
    expect(header.tensors.map(tensor => [tensor.name, tensor.type, tensor.sizeBytes])).toEqual([
      ['token_embd.weight', 'F16', 256],
      ['output_norm.weight', 'F32', 128],
    ]);
    const tokens = header.metadata.get('tokenizer.ggml.tokens') as GgufArray;
    expect(tokens.length).toBe(4);
    expect(readGgufStringAt(bufferSource(bytes), tokens, 2)).toBe('</s>');
    expect(readGgufStringAt(bufferSource(bytes), tokens, 4)).toBeNull();
  });

  const hostile: [string, Buffer, RegExp][] = [
    ['an empty file', Buffer.alloc(0), /only 0 bytes/],
    ['another magic', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(40)]), /begin with "GGUF"/],
    ['version 1', Buffer.concat([Buffer.from('GGUF'), u32(1), Buffer.alloc(40)]), /version 1 /],
    ['a big-endian file', Buffer.concat([Buffer.from('GGUF'), u32(0x03000000), Buffer.alloc(40)]), /version/],
    ['a tensor count beyond the file', head(60_000, 0, Buffer.alloc(64)), /tensor count/],
    ['a tensor count of 2^63', head(1n << 63n, 0, Buffer.alloc(64)), /out of range/],
    ['a key count beyond the file', head(0, 1000, Buffer.alloc(64)), /key count/],
    ['a string longer than the file', head(0, 1, u64(5_000), Buffer.alloc(64)), /5000 bytes expected/],
    ['a string of 2^62 bytes', head(0, 1, u64(1n << 62n), Buffer.alloc(64)), /out of range/],
    ['an unknown value type', head(0, 1, text('key'), u32(77), Buffer.alloc(64)), /unknown value type 77/],
    [
      'an array longer than the file',
      head(0, 1, text('key'), u32(9), u32(8), u64(1e12), Buffer.alloc(64)),
      /claims 1000000000000 elements/,
    ],
    [
      'deeply nested arrays',
      head(0, 1, text('key'), u32(9), ...Array.from({ length: 9 }, () => Buffer.concat([u32(9), u64(1)]))),
      /nests arrays|elements/,
    ],
    ['an empty key', head(0, 1, text(''), u32(4), u32(1), Buffer.alloc(16)), /key is empty/],
    ['a key that appears twice', writeTinyGguf([architecture, architecture], []), /appears twice/],
    ['no architecture', writeTinyGguf([['a.b', { type: 'u32', value: 1 }]], []), /general.architecture/],
    [
      'an alignment that is not a power of two',
      writeTinyGguf([architecture, ['general.alignment', { type: 'u32', value: 24 }]], []),
      /power of two/,
    ],
    [
      'a tensor of unknown type',
      writeTinyGguf([architecture], [{ name: 'a', shape: [32], typeId: 4, sizeBytes: 64 }]),
      /unknown type 4/,
    ],
    [
      'a tensor that appears twice',
      writeTinyGguf(
        [architecture],
        [
          { name: 'a', shape: [8], typeId: 0, sizeBytes: 32 },
          { name: 'a', shape: [8], typeId: 0, sizeBytes: 32 },
        ],
      ),
      /appears twice/,
    ],
    [
      'rows that do not fill blocks',
      writeTinyGguf([architecture], [{ name: 'a', shape: [33], typeId: 8, sizeBytes: 64 }]),
      /not a multiple of 32/,
    ],
    [
      'dimensions whose product overflows',
      writeTinyGguf([architecture], [{ name: 'a', shape: [2 ** 40, 2 ** 40], typeId: 0, sizeBytes: 64 }]),
      /larger than the file/,
    ],
    [
      'overlapping tensors',
      writeTinyGguf(
        [architecture],
        [
          { name: 'a', shape: [8], typeId: 0, sizeBytes: 32 },
          { name: 'b', shape: [8], typeId: 0, sizeBytes: 32, offset: 0 },
        ],
      ),
      /expected 32/,
    ],
    ['a file that is cut off', tinyModel().subarray(0, tinyModel().length - 64), /cut off/],
    [
      'a boolean of 7',
      writeTinyGguf([architecture, ['b', { type: 'raw', typeId: 7, bytes: Buffer.from([7]) }]], []),
      /boolean/,
    ],
  ];
  it.each(hostile)('refuses %s', (_what, bytes, reason) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'gguf-invalid' }));
    expect(() => read(bytes)).toThrow(reason);
  });

  it('answers any damaged file with a header or gguf-invalid, and never reads past the end', () => {
    const valid = tinyModel();
    const edit = fc.record({ at: fc.nat(valid.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), fc.nat(valid.length), (edits, keep) => {
        const bytes = Buffer.from(valid.subarray(0, keep < 24 ? valid.length : keep));
        for (const { at, value } of edits) if (at < bytes.length) bytes[at] = value;
        let largest = 0;
        const source: ByteSource = {
          sizeBytes: bytes.length,
          read(position, length) {
            expect(position + length).toBeLessThanOrEqual(bytes.length);
            largest = Math.max(largest, length);
            return bytes.subarray(position, position + length);
          },
        };
        try {
          readGgufHeader(source);
        } catch (error) {
          if (!(error instanceof StepdownError)) throw error;
          expect(error.code).toBe('gguf-invalid');
        }
        expect(largest).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('bitsPerWeight', () => {
  it.each([
    ['F16', 16],
    ['Q8_0', 8.5],
    ['Q6_K', 6.5625],
    ['Q5_K', 5.5],
    ['Q4_K', 4.5],
    ['Q4_0', 4.5],
  ])('%s takes %d bits, as llama.cpp documents', (type, bits) => {
    expect(bitsPerWeight(type)).toBe(bits);
  });
});
