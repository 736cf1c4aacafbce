import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureOf } from '../fixtures/capture.ts';
import { frameHolding } from '../fixtures/frame.ts';
import { LogFolder } from '../fixtures/log-folder.ts';
import { listSegments } from './journal-files.ts';
import { decodeFrame, frameHeaderBytes, payloadBytes } from './journal-frames.ts';
import { readFrames } from './segment-reader.ts';

let folder: LogFolder;

beforeEach(async () => {
  folder = await LogFolder.make();
});
afterEach(() => folder.remove());

describe('a journal that is broken', () => {
  it('gives every record before a torn end and tells of the rest', async () => {
    const log = await folder.openLog();
    for (const id of ['r1', 'r2']) await log.append(captureOf(id));
    await log.close();
    const [segment] = await listSegments(folder.journal);
    await folder.overwriteAfterFrames(
      segment!.file,
      frameHolding('{"capture":{"id":"r3"}}\n').subarray(0, 20),
    );
    expect(await folder.stored()).toEqual(['r1', 'r2']);
    expect(folder.told).toEqual([expect.stringContaining(`${segment!.file} ended in 20 bytes`)]);
  });

  it('never gives a record that is not whole, wherever the file is cut', async () => {
    const path = join(folder.path, 'cut.journal');
    const frames = ['r1', 'r2', 'r3'].map(id =>
      frameHolding(`${JSON.stringify({ capture: captureOf(id) })}\n`),
    );
    const whole = Buffer.concat(frames);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async length => {
        await writeFile(path, whole);
        await truncate(path, length);
        const ids: string[] = [];
        for await (const { records } of readFrames(path, 0)) {
          for (const record of records) if ('capture' in record) ids.push(record.capture.id);
        }
        let end = 0;
        const complete = frames.filter(frame => {
          end += frame.length;
          return end <= length;
        }).length;
        expect(ids).toEqual(['r1', 'r2', 'r3'].slice(0, complete));
      }),
      { numRuns: 60 },
    );
  });

  it('finds every changed byte of a frame', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const frame = frameHolding(`${JSON.stringify({ capture: captureOf('r1') })}\n`);
        const at = position % frame.length;
        frame[at] = frame[at]! ^ change;
        const header = frame.subarray(0, frameHeaderBytes);
        const payload = frame.subarray(frameHeaderBytes);
        const intact = payloadBytes(header) === payload.length && decodeFrame(header, payload) !== null;
        expect(intact).toBe(false);
      }),
    );
  });
});
