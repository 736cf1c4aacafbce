import { expect, it } from 'vitest';

interface KillTotals {
  readonly kills: number;
  readonly acknowledged: number;
  readonly feedback: number;
}

it('loses no acknowledged capture when its process is killed under load, some thirty times', async () => {
  const url = new URL('../durability/kill-rounds.mjs', import.meta.url).href;
  const { killRounds } = (await import(url)) as {
    killRounds: (options: { kills: number }) => Promise<KillTotals>;
  };
  const totals = await killRounds({ kills: 30 });
  expect(totals.kills).toBe(30);
  expect(totals.acknowledged).toBeGreaterThan(300);
  expect(totals.feedback).toBeGreaterThan(30);
});
