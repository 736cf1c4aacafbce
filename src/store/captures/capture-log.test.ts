import { appendFile, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureLog } from '../../core/capture.ts';
import { type CaptureLogOptions, openCaptureLog } from './capture-log.ts';
import { CaptureStore } from './capture-store.ts';
import { openCapturesFile } from './captures-database.ts';
import { captureOf } from './fixtures/capture.ts';
import { FailingFiles, journalCalls, systemError } from './fixtures/failing-files.ts';
import { listSegments } from './journal-files.ts';
import { decodeFrame, encodeFrame, frameHeaderBytes, payloadBytes } from './journal-frames.ts';
import { readFrames } from './segment-reader.ts';

let dir: string;
const told: string[] = [];
const open: CaptureLog[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'captures-'));
  told.length = 0;
});
afterEach(async () => {
  for (const log of open.splice(0)) await log.close();
  await rm(dir, { recursive: true, force: true });
});

async function openLog(options: Partial<CaptureLogOptions> = {}): Promise<CaptureLog> {
  const log = await openCaptureLog({
    dir: join(dir, 'journal'),
    database: await openCapturesFile(join(dir, 'captures.db')),
    mode: 'synchronous',
    windowMs: 20,
    maxBytes: 1 << 30,
    tell: sentence => told.push(sentence),
    ...options,
  });
  open.push(log);
  return log;
}

/** What is in the files of the journal now. */
async function journaled(): Promise<string[]> {
  const ids: string[] = [];
  for (const { file } of await listSegments(join(dir, 'journal'))) {
    for await (const { records } of readFrames(join(dir, 'journal', file), 0)) {
      for (const record of records) if ('capture' in record) ids.push(record.capture.id);
    }
  }
  return ids;
}

/** What a process that starts now finds, after it has taken over what others left. */
async function stored(): Promise<string[]> {
  await (await openLog()).close();
  const database = await openCapturesFile(join(dir, 'captures.db'));
  const found: string[] = [];
  for await (const { capture } of new CaptureStore(database.database, 1 << 30).all({}))
    found.push(capture.id);
  await database.close();
  return found.sort();
}

const manyIds = (count: number) => Array.from({ length: count }, (_, index) => `r${1000 + index}`);

describe('the capture log', () => {
  it('has a capture in the journal when append resolves', async () => {
    const log = await openLog();
    await log.append(captureOf('r1'));
    expect(await journaled()).toEqual(['r1']);
    expect(log.state()).toEqual({ written: 1, failed: 0, lost: 0, waiting: 0, lastFailure: null });
  });

  it('lets captures that come together share one sync', async () => {
    const files = new FailingFiles();
    const log = await openLog({ journal: { files } });
    await Promise.all(manyIds(200).map(id => log.append(captureOf(id))));
    expect(files.calls.filter(call => call === 'datasync').length).toBeLessThanOrEqual(2);
    expect((await journaled()).length).toBe(200);
  });

  it('resolves at once in batched mode and has written all when closed', async () => {
    const files = new FailingFiles();
    const log = await openLog({ mode: 'batched', windowMs: 3_600_000, journal: { files } });
    await log.append(captureOf('r1'));
    expect(files.calls).toEqual([]);
    expect(log.state().waiting).toBe(1);
    await log.close();
    expect(await stored()).toEqual(['r1']);
  });

  it('moves what a process that died has left into the database, once', async () => {
    const log = await openLog();
    for (const id of ['r1', 'r2', 'r3']) await log.append(captureOf(id));
    await log.close();
    expect(await stored()).toEqual(['r1', 'r2', 'r3']);
    expect(await stored()).toEqual(['r1', 'r2', 'r3']);
    expect(await listSegments(join(dir, 'journal'))).toEqual([]);
    expect(await readdir(join(dir, 'journal'))).toEqual([]);
  });

  it('lets several processes write to one workspace', async () => {
    const logs = [await openLog(), await openLog(), await openLog()];
    await Promise.all(
      logs.flatMap((log, index) => manyIds(50).map(id => log.append(captureOf(`${id}-${index}`)))),
    );
    await Promise.all(logs.map(log => log.close()));
    expect((await stored()).length).toBe(150);
  });

  it('begins new segments and removes those that the database has', async () => {
    const log = await openLog({ journal: { segmentBytes: 2_000 } });
    for (const id of manyIds(40)) await log.append(captureOf(id));
    await log.close();
    expect((await stored()).length).toBe(40);
    expect(await listSegments(join(dir, 'journal'))).toEqual([]);
  });

  it('drops the oldest captures when they take more than is allowed', async () => {
    const log = await openLog({ maxBytes: 8_000 });
    for (const [index, id] of manyIds(100).entries()) await log.append(captureOf(id, { at: 1_000 + index }));
    await log.close();
    await (await openLog({ maxBytes: 8_000 })).close();
    const database = await openCapturesFile(join(dir, 'captures.db'));
    const store = new CaptureStore(database.database, 8_000);
    const { bytes, captures } = await store.totals();
    const kept = await store.list({}, 1_000);
    await database.close();
    expect(bytes).toBeLessThanOrEqual(8_000);
    expect(kept.length).toBe(captures);
    expect(kept[0]?.capture.id).toBe('r1099');
    expect(bytes).toBeGreaterThan(8_000 - 2 * (bytes / captures));
  });
});

describe('a journal that is broken', () => {
  it('gives every record before a torn end and tells of the rest', async () => {
    const log = await openLog();
    for (const id of ['r1', 'r2']) await log.append(captureOf(id));
    await log.close();
    const [segment] = await listSegments(join(dir, 'journal'));
    await appendFile(
      join(dir, 'journal', segment!.file),
      encodeFrame('{"capture":{"id":"r3"}}\n').subarray(0, 20),
    );
    expect(await stored()).toEqual(['r1', 'r2']);
    expect(told).toEqual([expect.stringContaining(`${segment!.file} ended in 20 bytes`)]);
  });

  it('never gives a record that is not whole, wherever the file is cut', async () => {
    const path = join(dir, 'cut.journal');
    const frames = ['r1', 'r2', 'r3'].map(id =>
      encodeFrame(`${JSON.stringify({ capture: captureOf(id) })}\n`),
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
        const frame = encodeFrame(`${JSON.stringify({ capture: captureOf('r1') })}\n`);
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

describe('a disk that fails', () => {
  for (const call of journalCalls) {
    for (const code of ['ENOSPC', 'EIO'] as const) {
      it(`answers on and loses nothing when ${call} fails once with ${code}`, async () => {
        const files = new FailingFiles();
        let armed = true;
        files.before = name => {
          if (name !== call || !armed) return undefined;
          armed = false;
          throw systemError(code, call);
        };
        const log = await openLog({ journal: { files, segmentBytes: 1 } });
        await log.append(captureOf('r1'));
        await log.append(captureOf('r2'));
        await log.close();
        expect(armed).toBe(false);
        expect(await stored()).toEqual(['r1', 'r2']);
        if (call === 'close') return;
        expect(told.filter(sentence => sentence.includes('not being written'))).toHaveLength(1);
        expect(told[0]).toContain(code);
        expect(log.state()).toMatchObject({ written: 2, failed: 2, lost: 0, waiting: 0 });
        expect(told.at(-1)).toContain('being written again');
      });
    }
  }

  it('goes on after short writes', async () => {
    const files = new FailingFiles();
    files.before = call => (call === 'write' ? 7 : undefined);
    const log = await openLog({ journal: { files } });
    await log.append(captureOf('r1'));
    await log.close();
    expect(log.state()).toMatchObject({ written: 1, failed: 0 });
    expect(await stored()).toEqual(['r1']);
  });

  it('begins a new segment after a failed write, because the old one may be torn', async () => {
    const files = new FailingFiles();
    let writes = 0;
    files.before = call => {
      if (call !== 'write') return undefined;
      writes += 1;
      if (writes === 2) return 9;
      if (writes === 3) throw systemError('ENOSPC', 'write');
      return undefined;
    };
    const log = await openLog({ journal: { files } });
    await log.append(captureOf('r1'));
    await log.append(captureOf('r2'));
    await log.close();
    expect((await listSegments(join(dir, 'journal'))).length).toBe(2);
    expect(await stored()).toEqual(['r1', 'r2']);
  });

  it('gives captures up beyond what may wait in memory, counts them and tells once a minute', async () => {
    const files = new FailingFiles();
    files.before = call => {
      if (call === 'write') throw systemError('ENOSPC', 'write');
      return undefined;
    };
    let now = 0;
    const size = JSON.stringify({ capture: captureOf('r1000') }).length + 1;
    const log = await openLog({ now: () => now, journal: { files, maxWaitingLength: 10 * size } });
    for (const id of manyIds(25)) await log.append(captureOf(id));
    expect(log.state()).toMatchObject({ written: 0, failed: 25, lost: 15, waiting: 10 });
    expect(told).toHaveLength(1);
    now = 61_000;
    await log.close();
    expect(told).toHaveLength(2);
    expect(told[1]).toContain('15 were given up');
    expect(told.join()).not.toContain('leaking');
  });

  it('writes no more when the database takes nothing and the journal has grown too large', async () => {
    const log = await openLog({ journal: { maxDiskBytes: 1 } });
    await log.append(captureOf('r1'));
    await log.append(captureOf('r2'));
    expect(log.state()).toMatchObject({ written: 1, failed: 1, waiting: 1 });
  });
});

describe('feedback', () => {
  it('is refused for a request that nobody knows', async () => {
    const log = await openLog();
    expect(await log.addFeedback({ captureId: 'r9', at: 1, correctAnswer: 'x', rating: null })).toBe(false);
  });

  it('finds a capture that another process has just written', async () => {
    const [first, second] = [await openLog(), await openLog()];
    await first.append(captureOf('r1'));
    expect(await second.addFeedback({ captureId: 'r1', at: 1, correctAnswer: 'x', rating: 1 })).toBe(true);
  });

  it('keeps its history, counts the last, and takes the same said twice as once', async () => {
    const log = await openLog();
    await log.append(captureOf('r1'));
    const said = (correctAnswer: string | null, rating: -1 | 0 | 1 | null) =>
      log.addFeedback({ captureId: 'r1', at: 5, correctAnswer, rating });
    for (const _ of [1, 2, 3]) expect(await said('Clogged', null)).toBe(true);
    await said('Vibration', -1);
    await said('Clogged', null);
    await said('Clogged', null);
    await log.close();
    await stored();
    const database = await openCapturesFile(join(dir, 'captures.db'));
    const [found] = await new CaptureStore(database.database, 1 << 30).find('r1', 2);
    await database.close();
    expect(found?.feedback.map(one => one.correctAnswer)).toEqual(['Clogged', 'Vibration', 'Clogged']);
  });
});
