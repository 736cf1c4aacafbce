import { crc32 } from 'node:zlib';
import type { Capture, Feedback } from '../../../core/capture.ts';
import { captureJson, parsedCapture } from '../capture-json.ts';

/** One thing that is written down. */
export type JournalRecord = CaptureRecord | { readonly feedback: Feedback };

export interface CaptureRecord {
  readonly capture: Capture;
  /** The same as JSON, where it was read as such. */
  readonly json?: string;
}

/** Bytes before a frame's payload: magic, length of the payload, its CRC-32; little endian. */
export const frameHeaderBytes = 12;

/** "SDC1", read as a little-endian number. */
const magic = 0x31434453;

/** A record as the journal has it. */
export function recordLine(record: JournalRecord): string {
  if (!('capture' in record)) return `${JSON.stringify(record)}\n`;
  return `${captureBeginning}${record.json ?? captureJson(record.capture)}}\n`;
}

/**
 * Writes the header of one frame of the journal: what one group commit writes. The payload is JSON Lines, one record
 * a line. Records of a frame become durable together, so one checksum for all of them loses nothing and costs less.
 * CRC-32 and not CRC-32C: zlib's runs at native speed in every Node, and tears are found as surely.
 * @param frame room for the header, and the payload after it
 */
export function sealFrame(frame: Buffer): void {
  const payload = frame.subarray(frameHeaderBytes);
  frame.writeUInt32LE(magic, 0);
  frame.writeUInt32LE(payload.length, 4);
  frame.writeUInt32LE(crc32(payload), 8);
}

/** Length of the payload that a header announces, or null where these bytes are no header. */
export function payloadBytes(header: Buffer): number | null {
  if (header.length < frameHeaderBytes || header.readUInt32LE(0) !== magic) return null;
  return header.readUInt32LE(4);
}

/** The records of a frame, or null where the payload is not the one its header was written for. */
export function decodeFrame(header: Buffer, payload: Buffer): JournalRecord[] | null {
  if (crc32(payload) !== header.readUInt32LE(8)) return null;
  return payload
    .toString('utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(recordOf);
}

const captureBeginning = '{"capture":';

function recordOf(line: string): JournalRecord {
  const record = JSON.parse(line) as JournalRecord;
  if (!('capture' in record)) return record;
  const capture = parsedCapture(record.capture);
  return line.startsWith(captureBeginning)
    ? { capture, json: line.slice(captureBeginning.length, -1) }
    : { capture };
}
