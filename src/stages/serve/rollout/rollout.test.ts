import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Rollout, type RolloutOptions } from './rollout.ts';
import { claimWriter, rolloutFiles } from './rollout-files.ts';
import { defaultRolloutRule } from './rollout-rule.ts';
import type { Outcome } from './rollout-state.ts';

let folder: string;
let decisions: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-rollout-'));
  decisions = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (changes: Partial<RolloutOptions> = {}) =>
  Rollout.open({
    alias: 'triage/v1:latest',
    candidate: 'a1',
    share: 0.1,
    rule: defaultRolloutRule,
    store: rolloutFiles(folder),
    writer: 'worker-1',
    now: () => 1_000,
    onDecision: (phase, because) => decisions.push(`${phase} because ${because}`),
    ...changes,
  });

const failed = (arm: Outcome['arm'], bad: boolean): Outcome => ({ arm, signal: 'failure', bad });

/** Incumbent fine, canary broken: enough to show it. */
function ruin(rollout: Rollout): void {
  for (let k = 0; k < 100; k++) rollout.observe(failed('incumbent', false));
  for (let k = 0; k < 20; k++) rollout.observe(failed('canary', true));
}

test('a share of requests goes to the canary while it runs, none once it is rolled back', async () => {
  const rollout = await open();
  expect(rollout.arm(0.099)).toBe('canary');
  expect(rollout.arm(0.1)).toBe('incumbent');
  ruin(rollout);
  expect(rollout.view().phase).toBe('rolled-back');
  expect(rollout.arm(0)).toBe('incumbent');
  expect(decisions).toHaveLength(1);
  expect(decisions[0]).toMatch(/^rolled-back because failure: \d+ of \d+, the incumbent has 0 of 100$/);
});

test('a rollback survives a restart, and another candidate starts anew', async () => {
  const rollout = await open();
  ruin(rollout);
  await rollout.exchange();
  expect((await open()).view().phase).toBe('rolled-back');
  const next = await open({ candidate: 'b2' });
  expect(next.view()).toMatchObject({ phase: 'running', tallies: { canary: { failure: { count: 0 } } } });
});

test('outcomes survive a restart and are counted once', async () => {
  const rollout = await open();
  rollout.observe(failed('canary', true));
  rollout.observe(failed('incumbent', false));
  await rollout.exchange();
  await rollout.exchange();
  const again = await open();
  expect(again.view().tallies).toEqual(rollout.view().tallies);
  again.observe(failed('canary', false));
  await again.exchange();
  expect((await open()).view().tallies.canary.failure).toEqual({ count: 2, total: 1 });
});

test('what one process shows, the others learn: outcomes add up and a rollback holds everywhere', async () => {
  const [first, second] = [await open(), await open({ writer: 'worker-2' })];
  // Neither has seen enough alone.
  for (let k = 0; k < 4; k++) {
    first.observe(failed('canary', true));
    for (let other = 0; other < 40; other++) second.observe(failed('incumbent', false));
  }
  expect([first.view().phase, second.view().phase]).toEqual(['running', 'running']);
  await second.exchange();
  await first.exchange();
  expect(first.view().tallies.incumbent.failure.count).toBe(160);
  expect(first.view().phase).toBe('rolled-back');
  await first.exchange();
  await second.exchange();
  expect(second.view().phase).toBe('rolled-back');
  expect(second.arm(0)).toBe('incumbent');
});

test('two that serve an alias at once write beside each other, and a restart goes on with what was left', async () => {
  const first = await claimWriter(folder, 'triage/v1:latest');
  const second = await claimWriter(folder, 'triage/v1:latest');
  expect([first.writer, second.writer]).toEqual(['worker-0', 'worker-1']);
  const [one, other] = await Promise.all([first, second].map(({ writer }) => open({ writer })));
  ruin(one!);
  await one!.exchange();
  await other!.exchange();
  expect(other!.view().phase).toBe('rolled-back');
  first.release();
  const again = await claimWriter(folder, 'triage/v1:latest');
  expect(again.writer).toBe('worker-0');
  expect((await open({ writer: again.writer })).view().phase).toBe('rolled-back');
  again.release();
  second.release();
});

test('a promoted canary gets everything', async () => {
  const rollout = await open({ share: 0.5 });
  for (let k = 0; k < 2_000 && rollout.view().phase === 'running'; k++) {
    rollout.observe(failed('incumbent', false));
    rollout.observe(failed('canary', false));
    rollout.observe({ arm: 'canary', signal: 'disagreement', bad: false });
  }
  expect(rollout.view().phase).toBe('promoted');
  expect(rollout.arm(0.999)).toBe('canary');
});

test('in shadow mode nobody gets the canary, nothing is decided, and agreement has an interval', async () => {
  const shadow = await open({ share: 0 });
  expect(shadow.view().agreement).toBeNull();
  for (let k = 0; k < 200; k++) shadow.observe({ arm: 'canary', signal: 'disagreement', bad: k % 2 === 0 });
  const { agreement, phase } = shadow.view();
  expect([phase, shadow.arm(0)]).toEqual(['running', 'incumbent']);
  expect(agreement).toMatchObject({ value: 0.5, n: 200, method: 'confidence-sequence' });
  expect(agreement!.low).toBeGreaterThan(0.35);
  expect(agreement!.high).toBeLessThan(0.65);
});

test('a disk that fails loses nothing: the next exchange writes it', async () => {
  const store = rolloutFiles(folder);
  let full = true;
  const rollout = await open({
    store: {
      read: store.read,
      write: (...record) => (full ? Promise.reject(new Error('disk full')) : store.write(...record)),
    },
  });
  ruin(rollout);
  await expect(rollout.exchange()).rejects.toThrow('disk full');
  expect(rollout.arm(0)).toBe('incumbent');
  full = false;
  await rollout.exchange();
  expect((await open()).view().phase).toBe('rolled-back');
});

test('a damaged record is an error and never a fresh start', async () => {
  const rollout = await open();
  rollout.observe(failed('canary', true));
  await rollout.exchange();
  const [aliasFolder] = await readdir(folder);
  expect(aliasFolder).toBe('triage%2Fv1%3Alatest');
  await writeFile(join(folder, aliasFolder!, 'worker-1.json'), '{"schemaVersion":1,');
  await expect(open()).rejects.toMatchObject({ code: 'rollout-unreadable' });
});

test('a canary with all the traffic is refused: nothing would be left to compare with', async () => {
  await expect(open({ share: 1 })).rejects.toThrow(RangeError);
});
