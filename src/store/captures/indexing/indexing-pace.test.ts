import { describe, expect, it } from 'vitest';
import { IndexingPace } from './indexing-pace.ts';

/** A pace on an event loop that has worked and waited so long since the last time, with a journal that is so full. */
function shareOf({ active = 0, idle = 0, worked = 0, fill = 0 }): number {
  let times = { active: 5_000, idle: 7_000 };
  const pace = new IndexingPace(
    () => fill,
    () => times,
  );
  times = { active: times.active + active, idle: times.idle + idle };
  pace.worked(worked);
  return pace.share();
}

describe('the pace at which captures are moved into the database', () => {
  it('is half of what requests leave free', () => {
    expect(shareOf({ active: 0, idle: 1_000 })).toBeCloseTo(0.5);
    expect(shareOf({ active: 600, idle: 400 })).toBeCloseTo(0.2);
  });

  it('does not count its own work as requests', () => {
    expect(shareOf({ active: 600, idle: 400, worked: 400 })).toBeCloseTo(0.4);
  });

  it('is nothing while requests take all of the time', () => {
    expect(shareOf({ active: 1_000, idle: 0 })).toBe(0);
    expect(shareOf({ active: 1_000, idle: 0, fill: 0.25 })).toBe(0);
  });

  it('rises with the journal, until at half of its bound nothing holds it back', () => {
    expect(shareOf({ active: 1_000, fill: 0.3 })).toBeCloseTo(0.2);
    expect(shareOf({ active: 1_000, fill: 0.45 })).toBeCloseTo(0.8);
    expect(shareOf({ active: 1_000, fill: 0.5 })).toBe(1);
    expect(shareOf({ active: 1_000, fill: 3 })).toBe(1);
  });

  it('is not taken anew from a moment too short to tell', () => {
    expect(shareOf({ active: 20, idle: 0 })).toBeCloseTo(0.5);
  });
});
