import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureOf } from '../fixtures/capture.ts';
import { LogFolder } from '../fixtures/log-folder.ts';
import { IndexingPace, type Pace } from './indexing-pace.ts';

let folder: LogFolder;

beforeEach(async () => {
  folder = await LogFolder.make();
});
afterEach(() => folder.remove());

describe('a capture', () => {
  it('is found by feedback and by readers while moving it into the database is put off', async () => {
    const busy: Pace = { share: () => 0, worked: () => {} };
    const [first, second] = [await folder.openLog({ pace: busy }), await folder.openLog({ pace: busy })];
    for (const id of ['r1', 'r2']) await first.append(captureOf(id));
    expect(await folder.inDatabase()).toEqual([]);
    const said = { captureId: 'r1', at: 1, correctAnswer: 'x', rating: 1 } as const;
    expect(await second.addFeedback(said)).toBe(true);
    expect(await folder.inDatabase()).toEqual(['r1', 'r2']);
    await first.append(captureOf('r3'));
    expect(await folder.stored()).toEqual(['r1', 'r2', 'r3']);
  });

  it('is moved into the database without pause when the journal has grown large', async () => {
    let fill = 0;
    const asked: number[] = [];
    const moved = new Promise<void>(resolve => {
      const pace = new IndexingPace(
        () => fill,
        // An event loop that never waits.
        () => ({ active: performance.now() * 1_000, idle: 0 }),
      );
      const watched: Pace = {
        share: () => {
          const share = pace.share();
          asked.push(share);
          if (share === 0) fill = 1;
          return share;
        },
        worked: () => resolve(),
      };
      void folder.openLog({ pace: watched }).then(log => log.append(captureOf('r1')));
    });
    await moved;
    expect(asked.slice(0, 2)).toEqual([0, 1]);
    expect(await folder.inDatabase()).toEqual(['r1']);
  });
});
