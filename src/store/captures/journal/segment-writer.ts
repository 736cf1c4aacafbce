import type { JournalFile } from './journal-files.ts';

/**
 * Bytes by which a segment grows. A file system has to write down that a file has grown before a write to it counts
 * as durable, and takes as long for it as for the write: so a write that goes beyond the end brings zeros for the
 * next ones along, which then only overwrite them.
 */
const growthBytes = 256 << 10;
const zeros = Buffer.alloc(growthBytes);
/** A frame of so many bytes is dear enough by itself. */
const largeFrameBytes = 64 << 10;

/** Writes frames to one segment, each durable when its call resolves. */
export class SegmentWriter {
  readonly #file: JournalFile;
  /** Where the next frame begins. */
  #end = 0;
  /** Bytes of the file, with the zeros after the last frame. */
  #size = 0;

  constructor(file: JournalFile) {
    this.#file = file;
  }

  /** Bytes of the frames. */
  get bytes(): number {
    return this.#end;
  }

  /** Bytes of the file. */
  get size(): number {
    return this.#size;
  }

  /**
   * After an error the segment may be torn, and nothing more may be written to it.
   * @throws what the system says
   */
  async append(frame: Buffer): Promise<void> {
    const end = this.#end + frame.length;
    const grows = end > this.#size && frame.length < largeFrameBytes;
    const bytes = grows
      ? Buffer.concat([frame, zeros.subarray(0, growthBytes - (end % growthBytes))])
      : frame;
    for (let from = 0; from < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes.subarray(from), this.#end + from);
      // POSIX lets a write return 0 without an error; repeating it for ever would be a busy loop.
      if (bytesWritten === 0) throw new Error('the file system took no bytes');
      from += bytesWritten;
      this.#size = Math.max(this.#size, this.#end + from);
    }
    this.#end = end;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
