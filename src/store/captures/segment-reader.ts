import { type FileHandle, open } from 'node:fs/promises';
import { decodeFrame, frameHeaderBytes, type JournalRecord, payloadBytes } from './journal-frames.ts';

/** One group of records, and where it ends. */
export interface ReadFrame {
  readonly records: readonly JournalRecord[];
  /** Bytes of the segment up to and with this frame. */
  readonly end: number;
}

/** The frames of a segment from a byte on, up to the first that is not whole. */
export async function* readFrames(path: string, from: number): AsyncGenerator<ReadFrame> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    // Another process has moved all of it and removed it.
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  try {
    let start = from;
    for (;;) {
      const found = await readFrame(file, start);
      if (found === null) return;
      yield found;
      start = found.end;
    }
  } finally {
    await file.close();
  }
}

async function readFrame(file: FileHandle, start: number): Promise<ReadFrame | null> {
  const header = await readExactly(file, start, frameHeaderBytes);
  if (header === null) return null;
  const length = payloadBytes(header);
  // A broken header may name any length: what the file does not hold is not allocated.
  if (length === null || start + frameHeaderBytes + length > (await file.stat()).size) return null;
  const payload = await readExactly(file, start + frameHeaderBytes, length);
  if (payload === null) return null;
  const records = decodeFrame(header, payload);
  return records === null ? null : { records, end: start + frameHeaderBytes + length };
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer | null> {
  const bytes = Buffer.allocUnsafe(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) return null;
    read += bytesRead;
  }
  return bytes;
}
