import { type FileHandle, open } from 'node:fs/promises';
import { decodeFrame, frameHeaderBytes, type JournalRecord, payloadBytes } from './journal-frames.ts';

/** Records of one or several frames that follow each other, and where they end. */
export interface ReadFrames {
  readonly records: readonly JournalRecord[];
  /** Bytes of the segment up to and with these frames. */
  readonly end: number;
}

/** Small frames are moved together: a transaction costs more than a hundred records in it. */
const usualPieceBytes = 64 << 10;

/**
 * The frames of a segment from a byte on, up to the first that is not whole; a larger one than a piece by itself.
 * @param pieceBytes bytes to read at a time, asked for before each
 */
export async function* readFrames(
  path: string,
  from: number,
  pieceBytes: () => number = () => usualPieceBytes,
): AsyncGenerator<ReadFrames> {
  const file = await openSegment(path);
  // Another process has moved all of it and removed it.
  if (file === null) return;
  try {
    let start = from;
    for (;;) {
      const piece = await read(file, start, pieceBytes());
      const found = framesIn(piece) ?? framesIn(await firstFrame(file, start, piece));
      if (found === null) return;
      start += found.bytes;
      yield { records: found.records, end: start };
    }
  } finally {
    await file.close();
  }
}

/** What follows the last whole frame of a segment. */
export interface SegmentRest {
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes up to the last that is not zero: room for more captures is no frame that was begun. */
  readonly unfinished: number;
}

/** What follows after a byte; null where another process has removed the segment. */
export async function segmentRest(path: string, from: number): Promise<SegmentRest | null> {
  const file = await openSegment(path);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const bytes = await read(file, from, Math.max(0, size - from));
    return { size, unfinished: bytes.findLastIndex(byte => byte !== 0) + 1 };
  } finally {
    await file.close();
  }
}

function openSegment(path: string): Promise<FileHandle | null> {
  return open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** The whole frames that bytes begin with, or null where there is none. */
function framesIn(bytes: Buffer): { readonly records: JournalRecord[]; readonly bytes: number } | null {
  const records: JournalRecord[] = [];
  let end = 0;
  for (;;) {
    const header = bytes.subarray(end, end + frameHeaderBytes);
    const length = payloadBytes(header);
    const next = end + frameHeaderBytes + (length ?? 0);
    if (length === null || next > bytes.length) break;
    const decoded = decodeFrame(header, bytes.subarray(end + frameHeaderBytes, next));
    if (decoded === null) break;
    for (const record of decoded) records.push(record);
    end = next;
  }
  return end === 0 ? null : { records, bytes: end };
}

/** All bytes of the frame that a piece begins; none where it is not whole. */
async function firstFrame(file: FileHandle, start: number, piece: Buffer): Promise<Buffer> {
  const length = frameHeaderBytes + (payloadBytes(piece) ?? 0);
  // A broken header may name any length: what the file does not hold is not allocated.
  if (length <= piece.length || start + length > (await file.stat()).size) return Buffer.alloc(0);
  return read(file, start, length);
}

/** So many bytes from a place on, or those that are left. */
async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}
