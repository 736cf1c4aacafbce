import { DataError } from '../../core/errors/index.ts';
import type { ByteSource } from './byte-source.ts';

/** A GGUF file is not what it must be. @see DataError `gguf-invalid` */
export function ggufInvalid(position: number, reason: string): DataError {
  return new DataError(
    'gguf-invalid',
    `Not a usable GGUF file: ${reason} (byte ${position})`,
    'Download the file again and compare its checksum; if it stays so, take the model from another source.',
    { details: { position, reason } },
  );
}

/** Reads little-endian values in order; every read is checked against the end of the file first. */
export class GgufCursor {
  position = 0;
  readonly source: ByteSource;

  constructor(source: ByteSource) {
    this.source = source;
  }

  get remaining(): number {
    return this.source.sizeBytes - this.position;
  }

  fail(reason: string): DataError {
    return ggufInvalid(this.position, reason);
  }

  bytes(length: number): Buffer {
    if (length > this.remaining) throw this.fail(`${length} bytes expected, ${this.remaining} left`);
    const bytes = this.source.read(this.position, length);
    if (bytes.length !== length) throw this.fail('the file became shorter while it was read');
    this.position += length;
    return bytes;
  }

  skip(length: number): void {
    if (length > this.remaining) throw this.fail(`${length} bytes expected, ${this.remaining} left`);
    this.position += length;
  }

  u32(): number {
    return this.bytes(4).readUInt32LE();
  }

  /** An unsigned 64-bit count or offset; what exceeds 2^53 could not lie inside any file. */
  u64(what: string): number {
    const value = this.bytes(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.fail(`${what} ${value} is out of range`);
    return Number(value);
  }

  /** A string; its length is checked against the file and `limit` before anything is allocated. */
  string(what: string, limit: number): string {
    const length = this.u64(`length of ${what}`);
    if (length > limit) throw this.fail(`${what} has ${length} bytes, more than ${limit}`);
    return this.bytes(length).toString('utf8');
  }

  skipString(what: string): void {
    this.skip(this.u64(`length of ${what}`));
  }
}
