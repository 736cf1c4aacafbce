import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

it('begins again only after the call before has ended, well or badly', async () => {
  const ends: (() => void)[] = [];
  let begun = 0;
  const work = oneAtATime(async () => {
    begun += 1;
    const mine = begun;
    await new Promise<void>(resolve => ends.push(resolve));
    if (mine === 1) throw new Error('the first fails');
    return mine;
  });
  const [first, second] = [work(), work()];
  await expect.poll(() => ends.length).toBe(1);
  expect(begun).toBe(1);
  ends[0]!();
  await expect(first).rejects.toThrow('the first fails');
  await expect.poll(() => ends.length).toBe(2);
  ends[1]!();
  expect(await second).toBe(2);
});
