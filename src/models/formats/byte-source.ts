import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Random access to bytes that need not fit in memory. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `position`; the caller has checked that they lie inside. */
  read(position: number, length: number): Buffer;
}

/** Bytes in memory. */
export function bufferSource(bytes: Buffer): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (position, length) => bytes.subarray(position, position + length),
  };
}

const windowBytes = 1 << 18;

/** Opens a file, hands it to `use` as a source read in windows of 256 KiB, and closes it again. */
export function withFileSource<Result>(path: string, use: (source: ByteSource) => Result): Result {
  const file = openSync(path, 'r');
  try {
    const sizeBytes = fstatSync(file).size;
    let start = 0;
    let window: Buffer = Buffer.alloc(0);
    const load = (position: number, length: number): Buffer => {
      const bytes = Buffer.alloc(Math.min(length, sizeBytes - position));
      let filled = 0;
      while (filled < bytes.length) {
        const count = readSync(file, bytes, filled, bytes.length - filled, position + filled);
        if (count === 0) return bytes.subarray(0, filled);
        filled += count;
      }
      return bytes;
    };
    const read = (position: number, length: number): Buffer => {
      if (length > windowBytes) return load(position, length);
      if (position < start || position + length > start + window.length) {
        start = position;
        window = load(position, windowBytes);
      }
      return window.subarray(position - start, position - start + length);
    };
    return use({ sizeBytes, read });
  } finally {
    closeSync(file);
  }
}
