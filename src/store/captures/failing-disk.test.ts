import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureOf } from './fixtures/capture.ts';
import { FailingFiles, journalCalls, systemError } from './fixtures/failing-files.ts';
import { LogFolder } from './fixtures/log-folder.ts';
import { listSegments } from './journal/journal-files.ts';
import { recordLine } from './journal/journal-frames.ts';

let folder: LogFolder;

beforeEach(async () => {
  folder = await LogFolder.make();
});
afterEach(() => folder.remove());

const manyIds = (count: number) => Array.from({ length: count }, (_, index) => `r${1000 + index}`);

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
        const log = await folder.openLog({ journal: { files, segmentBytes: 1 } });
        await log.append(captureOf('r1'));
        await log.append(captureOf('r2'));
        await log.close();
        expect(armed).toBe(false);
        expect(await folder.stored()).toEqual(['r1', 'r2']);
        if (call === 'close') return;
        expect(folder.told.filter(sentence => sentence.includes('not being written'))).toHaveLength(1);
        expect(folder.told[0]).toContain(code);
        expect(log.state()).toMatchObject({ written: 2, failed: 2, lost: 0, waiting: 0 });
        expect(folder.told.at(-1)).toContain('being written again');
      });
    }
  }

  it('goes on after short writes', async () => {
    const files = new FailingFiles();
    let writes = 0;
    files.before = call => {
      if (call !== 'write') return undefined;
      writes += 1;
      return writes <= 50 ? 7 : undefined;
    };
    const log = await folder.openLog({ journal: { files } });
    await log.append(captureOf('r1'));
    await log.close();
    expect(log.state()).toMatchObject({ written: 1, failed: 0 });
    expect(await folder.stored()).toEqual(['r1']);
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
    const log = await folder.openLog({ journal: { files } });
    await log.append(captureOf('r1'));
    await log.append(captureOf('r2'));
    await log.close();
    expect((await listSegments(folder.journal)).length).toBe(2);
    expect(await folder.stored()).toEqual(['r1', 'r2']);
  });

  it('gives captures up beyond what may wait in memory, counts them and tells once a minute', async () => {
    const files = new FailingFiles();
    files.before = call => {
      if (call === 'write') throw systemError('ENOSPC', 'write');
      return undefined;
    };
    let now = 0;
    const size = recordLine({ capture: captureOf('r1000') }).length;
    const log = await folder.openLog({ now: () => now, journal: { files, maxWaitingBytes: 10 * size } });
    for (const id of manyIds(25)) await log.append(captureOf(id));
    expect(log.state()).toMatchObject({ written: 0, failed: 25, lost: 15, waiting: 10 });
    expect(folder.told).toHaveLength(1);
    now = 61_000;
    await log.close();
    expect(folder.told).toHaveLength(2);
    expect(folder.told[1]).toContain('15 were given up');
    expect(folder.told.join()).not.toContain('leaking');
  });

  it('writes no more when the database takes nothing and the journal has grown too large', async () => {
    const log = await folder.openLog({ journal: { maxDiskBytes: 1 } });
    await log.append(captureOf('r1'));
    await log.append(captureOf('r2'));
    expect(log.state()).toMatchObject({ written: 1, failed: 1, waiting: 1 });
  });
});
