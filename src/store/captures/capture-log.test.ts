import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureOf } from './fixtures/capture.ts';
import { FailingFiles } from './fixtures/failing-files.ts';
import { LogFolder } from './fixtures/log-folder.ts';
import { listSegments } from './journal/journal-files.ts';

let folder: LogFolder;

beforeEach(async () => {
  folder = await LogFolder.make();
});
afterEach(() => folder.remove());

const manyIds = (count: number) => Array.from({ length: count }, (_, index) => `r${1000 + index}`);

describe('the capture log', () => {
  it('has a capture in the journal when append resolves', async () => {
    const log = await folder.openLog();
    await log.append(captureOf('r1'));
    expect(await folder.journaled()).toEqual(['r1']);
    expect(log.state()).toEqual({ written: 1, failed: 0, lost: 0, waiting: 0, lastFailure: null });
  });

  it('lets captures that come together share one sync', async () => {
    const files = new FailingFiles();
    const log = await folder.openLog({ journal: { files } });
    await Promise.all(manyIds(200).map(id => log.append(captureOf(id))));
    expect(files.calls.filter(call => call === 'write').length).toBeLessThanOrEqual(2);
    expect((await folder.journaled()).length).toBe(200);
  });

  it('resolves at once in batched mode and has written all when closed', async () => {
    const files = new FailingFiles();
    const log = await folder.openLog({ mode: 'batched', windowMs: 3_600_000, journal: { files } });
    await log.append(captureOf('r1'));
    expect(files.calls).toEqual([]);
    expect(log.state().waiting).toBe(1);
    await log.close();
    expect(await folder.stored()).toEqual(['r1']);
  });

  it('moves what a process that died has left into the database, once', async () => {
    const log = await folder.openLog();
    for (const id of ['r1', 'r2', 'r3']) await log.append(captureOf(id));
    await log.close();
    expect(await folder.stored()).toEqual(['r1', 'r2', 'r3']);
    expect(await folder.stored()).toEqual(['r1', 'r2', 'r3']);
    expect(await listSegments(folder.journal)).toEqual([]);
    expect(await readdir(folder.journal)).toEqual([]);
  });

  it('lets several processes write to one workspace', async () => {
    const logs = [await folder.openLog(), await folder.openLog(), await folder.openLog()];
    await Promise.all(
      logs.flatMap((log, index) => manyIds(50).map(id => log.append(captureOf(`${id}-${index}`)))),
    );
    await Promise.all(logs.map(log => log.close()));
    expect((await folder.stored()).length).toBe(150);
  });

  it('begins new segments and removes those that the database has', async () => {
    const log = await folder.openLog({ journal: { segmentBytes: 2_000 } });
    for (const id of manyIds(40)) await log.append(captureOf(id));
    await log.close();
    expect((await folder.stored()).length).toBe(40);
    expect(await listSegments(folder.journal)).toEqual([]);
  });

  it('takes the room that a segment has for more captures for no torn end', async () => {
    const log = await folder.openLog();
    await log.append(captureOf('r1'));
    const [segment] = await listSegments(folder.journal);
    const { size } = await stat(join(folder.journal, segment!.file));
    await log.append(captureOf('r2'));
    expect((await stat(join(folder.journal, segment!.file))).size).toBe(size);
    await log.close();
    expect(await folder.stored()).toEqual(['r1', 'r2']);
    expect(folder.told).toEqual([]);
  });

  it('writes on where the room of a segment ends', async () => {
    const log = await folder.openLog();
    const answer = 'x'.repeat(100_000);
    for (const id of manyIds(9)) await log.append(captureOf(id, { answer }));
    await log.close();
    expect(await folder.stored()).toEqual(manyIds(9));
  });

  it('drops the oldest captures when they take more than is allowed', async () => {
    const log = await folder.openLog({ maxBytes: 8_000 });
    for (const [index, id] of manyIds(100).entries()) await log.append(captureOf(id, { at: 1_000 + index }));
    await log.close();
    await (await folder.openLog({ maxBytes: 8_000 })).close();
    const [{ bytes, captures }, kept] = await folder.withStore(async store => [
      await store.totals(),
      await store.list({}, 1_000),
    ]);
    expect(bytes).toBeLessThanOrEqual(8_000);
    expect(kept.length).toBe(captures);
    expect(kept[0]?.capture.id).toBe('r1099');
    expect(bytes).toBeGreaterThan(8_000 - 2 * (bytes / captures));
  });
});

describe('feedback', () => {
  it('is refused for a request that nobody knows', async () => {
    const log = await folder.openLog();
    expect(await log.addFeedback({ captureId: 'r9', at: 1, correctAnswer: 'x', rating: null })).toBe(false);
  });

  it('finds a capture that another process has just written', async () => {
    const [first, second] = [await folder.openLog(), await folder.openLog()];
    await first.append(captureOf('r1'));
    expect(await second.addFeedback({ captureId: 'r1', at: 1, correctAnswer: 'x', rating: 1 })).toBe(true);
  });

  it('keeps its history, counts the last, and takes the same said twice as once', async () => {
    const log = await folder.openLog();
    await log.append(captureOf('r1'));
    const said = (correctAnswer: string | null, rating: -1 | 0 | 1 | null) =>
      log.addFeedback({ captureId: 'r1', at: 5, correctAnswer, rating });
    for (const _ of [1, 2, 3]) expect(await said('Clogged', null)).toBe(true);
    await said('Vibration', -1);
    await said('Clogged', null);
    await said('Clogged', null);
    await log.close();
    await folder.stored();
    const [found] = await folder.withStore(store => store.find('r1', 2));
    expect(found?.feedback.map(one => one.correctAnswer)).toEqual(['Clogged', 'Vibration', 'Clogged']);
  });
});
