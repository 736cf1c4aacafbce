import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { DataError } from '../../../core/errors/index.ts';
import type { DataEncoding } from '../schema.ts';
import { firstInvalidByte, incompleteTail } from './utf8.ts';

const newline = 0x0a;

/**
 * Streams a text file as valid UTF-8 without a byte order mark, in chunks that end between characters.
 * @throws DataError `wrong-encoding` naming line, byte offset and the key `encoding`; `not-text`
 */
export async function* decodedChunks(
  path: string,
  name: string,
  encoding: DataEncoding,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const raw = createReadStream(path, { highWaterMark: 1 << 18, ...(signal === undefined ? {} : { signal }) });
  yield* encoding === 'utf-8' ? checkedUtf8(raw, name) : recoded(raw, name, encoding);
}

/** Passes UTF-8 through, checked. */
export async function* checkedUtf8(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let line = 1;
  for await (const chunk of chunks) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (offset === 0) {
      if (bytes.length < 3) {
        rest = bytes;
        continue;
      }
      refuseOtherEncodings(bytes, name);
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
        bytes = bytes.subarray(3);
        offset = 3;
      }
    }
    const whole = bytes.subarray(0, bytes.length - incompleteTail(bytes));
    if (!isUtf8(whole)) throw invalidUtf8(whole, name, offset, line);
    rest = bytes.subarray(whole.length);
    offset += whole.length;
    line += countNewlines(whole);
    if (whole.length > 0) yield whole;
  }
  if (rest.length === 0) return;
  refuseOtherEncodings(rest, name);
  if (!isUtf8(rest)) throw invalidUtf8(rest, name, offset, line);
  yield rest;
}

async function* recoded(
  chunks: AsyncIterable<Buffer>,
  name: string,
  encoding: Exclude<DataEncoding, 'utf-8'>,
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let offset = 0;
  let line = 1;
  const decode = (chunk?: Buffer): Buffer => {
    try {
      return Buffer.from(chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }));
    } catch (error) {
      throw new DataError(
        'wrong-encoding',
        `${name} is not ${encoding}: it cannot be decoded after byte ${offset}, at line ${line} or later`,
        'Set `encoding` of this file under data.sources to the encoding it was saved in, or save it as UTF-8.',
        { cause: error, details: { file: name, byteOffset: offset, line } },
      );
    }
  };
  for await (const chunk of chunks) {
    const text = decode(chunk);
    offset += chunk.length;
    line += countNewlines(text);
    if (text.length > 0) yield text;
  }
  const last = decode();
  if (last.length > 0) yield last;
}

/** Files that are no text by their first bytes, and what to do about them. */
const notText: readonly (readonly [firstBytes: string, what: string, hint: string])[] = [
  ['1f8b', 'compressed with gzip', 'Unpack the file (gunzip), and name what was in it.'],
  ['28b52ffd', 'compressed with Zstandard', 'Unpack the file (unzstd), and name what was in it.'],
  [
    '504b0304',
    'a spreadsheet or a zip archive',
    'Save the sheet as CSV (UTF-8) or unpack the archive, and name that file.',
  ],
  ['50415231', 'a Parquet file', 'Set `format: parquet` (or chat-parquet) for this file under data.sources.'],
];

/** UTF-16 and binary files are told from UTF-8 by their first bytes. */
function refuseOtherEncodings(bytes: Buffer, name: string): void {
  const first = bytes.subarray(0, 4).toString('hex');
  const other = notText.find(([beginning]) => first.startsWith(beginning));
  if (other !== undefined) {
    throw new DataError('not-text', `${name} is ${other[1]}, not text`, other[2], {
      details: { file: name },
    });
  }
  const mark = bytes.subarray(0, 2).toString('hex');
  const found = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : null;
  const details = { file: name, byteOffset: 0, line: 1 };
  if (found !== null) {
    throw new DataError(
      'wrong-encoding',
      `${name} begins at byte 0 (line 1) with the mark of ${found}, but is read as utf-8`,
      `Set \`encoding: ${found}\` for this file under data.sources, or save it as UTF-8.`,
      { details },
    );
  }
  const nul = bytes.subarray(0, 4096).indexOf(0);
  if (nul === -1) return;
  throw new DataError(
    'wrong-encoding',
    `${name} has a zero byte at byte offset ${nul}: it is UTF-16 without a mark, or not a text file`,
    'Set `encoding: utf-16le` (or utf-16be) for this file under data.sources, or `format` if it is not text.',
    { details: { ...details, byteOffset: nul, line: 1 + countNewlines(bytes.subarray(0, nul)) } },
  );
}

function invalidUtf8(bytes: Buffer, name: string, offset: number, line: number): DataError {
  const bad = firstInvalidByte(bytes);
  const where = { byteOffset: offset + bad, line: line + countNewlines(bytes.subarray(0, bad)) };
  return new DataError(
    'wrong-encoding',
    `${name} is not UTF-8: byte ${where.byteOffset} (line ${where.line}) does not fit`,
    'Set `encoding` of this file under data.sources (often windows-1252), or save it as UTF-8.',
    { details: { file: name, ...where } },
  );
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
