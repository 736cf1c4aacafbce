import { frameHeaderBytes, sealFrame } from './journal-frames.ts';

/** A frame that waits to be written. */
export interface Frame {
  readonly bytes: Buffer;
  readonly records: number;
}

/** A frame ends where it has grown so large: bounds the buffers that exist at once. */
const frameBytes = 4 << 20;
const firstBytes = 16 << 10;
/** Larger buffers are not kept for the next frames. */
const spareBytes = 1 << 20;
const mostSpares = 2;
/** Texts up to here are not counted before they are written: three bytes a character are room enough. */
const shortLength = 8 << 10;

/**
 * Puts records together to frames, as bytes at once: their texts, did they wait as such, would be moved about by the
 * garbage collector and copied twice more.
 */
export class WaitingFrames {
  #ended: Frame[] = [];
  #buffer: Buffer | null = null;
  #end = frameHeaderBytes;
  #records = 0;
  #spares: Buffer[] = [];

  /** Records that wait. */
  get records(): number {
    return this.#ended.reduce((sum, frame) => sum + frame.records, this.#records);
  }

  /** @returns bytes that the record takes */
  add(line: string): number {
    const most = line.length <= shortLength ? 3 * line.length : Buffer.byteLength(line);
    const bytes = this.#roomFor(most).write(line, this.#end);
    this.#end += bytes;
    this.#records += 1;
    return bytes;
  }

  /** Everything that waits, in order; it waits no more. */
  take(): Frame[] {
    this.#endFrame();
    return this.#ended.splice(0);
  }

  /** Frames that could not be written wait again, before those that came since. */
  putBack(frames: readonly Frame[]): void {
    this.#ended.unshift(...frames);
  }

  /** Frames are written: their buffers may hold the next ones. */
  reuse(frames: readonly Frame[]): void {
    for (const { bytes } of frames) {
      const whole = Buffer.from(bytes.buffer);
      if (whole.length <= spareBytes && this.#spares.length < mostSpares) this.#spares.push(whole);
    }
  }

  #roomFor(bytes: number): Buffer {
    if (this.#buffer !== null && this.#records > 0 && this.#end + bytes > frameBytes) this.#endFrame();
    const buffer = this.#buffer ?? this.#spares.pop();
    const needed = this.#end + bytes;
    if (buffer !== undefined && needed <= buffer.length) {
      this.#buffer = buffer;
      return buffer;
    }
    // Not from the pool that small buffers share: it is to be used again as a whole.
    const larger = Buffer.allocUnsafeSlow(
      Math.max(needed, firstBytes, Math.min(frameBytes, 2 * (buffer?.length ?? 0))),
    );
    buffer?.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
    return larger;
  }

  #endFrame(): void {
    if (this.#buffer === null || this.#records === 0) return;
    const bytes = this.#buffer.subarray(0, this.#end);
    sealFrame(bytes);
    this.#ended.push({ bytes, records: this.#records });
    this.#buffer = null;
    this.#end = frameHeaderBytes;
    this.#records = 0;
  }
}
