import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../../stats/random/random.ts';
import { type Decision, judge } from './judge.ts';
import { defaultRolloutRule, type RolloutRule } from './rollout-rule.ts';
import { emptyTallies, withOutcome } from './rollout-state.ts';

interface Run {
  readonly decision: Decision;
  /** Failed requests that the canary had until then. */
  readonly badRequests: number;
  readonly canaryRequests: number;
}

/** Requests until a decision, or until there were `requests` of them. */
function play(
  random: Random,
  failing: { readonly canary: number; readonly incumbent: number },
  options: { readonly share: number; readonly requests: number; readonly rule?: RolloutRule },
): Run {
  let tallies = emptyTallies();
  for (let k = 0; k < options.requests; k++) {
    const arm = random.uniform() < options.share ? 'canary' : 'incumbent';
    tallies = withOutcome(tallies, { arm, signal: 'failure', bad: random.uniform() < failing[arm] });
    if (arm === 'incumbent') continue;
    // Its answers are compared, and agree.
    tallies = withOutcome(tallies, { arm, signal: 'disagreement', bad: false });
    const { decision } = judge(tallies, options.rule ?? defaultRolloutRule);
    if (decision !== 'keep') return run(decision);
  }
  return run('keep');

  function run(decision: Decision): Run {
    const { count, total } = tallies.canary.failure;
    return { decision, badRequests: total, canaryRequests: count };
  }
}

const noComparison = { ...defaultRolloutRule, disagreementLimit: null };

test('a canary that is as bad as is tolerated is rolled back in at most 5 % of 2,000 runs', () => {
  const random = createRandom(4);
  // The worst case that the rule allows: worse than the incumbent by exactly the tolerance.
  const failing = { canary: 0.1 + defaultRolloutRule.tolerance, incumbent: 0.1 };
  let wrong = 0;
  for (let k = 0; k < 2000; k++)
    if (play(random, failing, { share: 0.2, requests: 600 }).decision === 'roll-back') wrong++;
  expect(wrong / 2000).toBeLessThanOrEqual(defaultRolloutRule.alpha);
});

test('a canary that fails every second time is rolled back within 200 bad requests in at least 99 % of runs', () => {
  const random = createRandom(5);
  for (const share of [0.01, 0.05, 0.5]) {
    const runs = Array.from({ length: 300 }, () =>
      play(random, { canary: 0.5, incumbent: 0.1 }, { share, requests: 100_000 }),
    );
    const inTime = runs.filter(run => run.decision === 'roll-back' && run.badRequests <= 200);
    expect(inTime.length / runs.length, `share ${share}`).toBeGreaterThanOrEqual(0.99);
  }
});

test('a canary that fails always, beside an incumbent that fails never, costs at most 10 requests', () => {
  const { decision, badRequests } = play(
    createRandom(6),
    { canary: 1, incumbent: 0 },
    { share: 0.05, requests: 10_000 },
  );
  expect(decision).toBe('roll-back');
  expect(badRequests).toBeLessThanOrEqual(10);
});

test('an incumbent that has a bad hour does not take the canary down with it: both fail alike', () => {
  const random = createRandom(7);
  let wrong = 0;
  for (let k = 0; k < 200; k++) {
    let tallies = emptyTallies();
    for (let request = 0; request < 800; request++) {
      const failing = request > 300 && request < 500 ? 0.6 : 0.02;
      const arm = random.uniform() < 0.2 ? 'canary' : 'incumbent';
      tallies = withOutcome(tallies, { arm, signal: 'failure', bad: random.uniform() < failing });
      if (arm === 'canary' && judge(tallies, defaultRolloutRule).decision === 'roll-back') {
        wrong++;
        break;
      }
    }
  }
  expect(wrong / 200).toBeLessThanOrEqual(defaultRolloutRule.alpha);
});

test('an equally good canary is promoted in the end, one worse than the margin in at most 5 % of runs', () => {
  const random = createRandom(8);
  const options = { share: 0.5, requests: 6000 };
  const good = Array.from({ length: 20 }, () => play(random, { canary: 0.01, incumbent: 0.01 }, options));
  expect(good.filter(run => run.decision === 'promote').length).toBeGreaterThanOrEqual(19);
  const bad = Array.from({ length: 200 }, () =>
    play(
      random,
      { canary: 0.05 + defaultRolloutRule.margin, incumbent: 0.05 },
      { ...options, requests: 800 },
    ),
  );
  expect(bad.filter(run => run.decision === 'promote').length).toBeLessThanOrEqual(10);
});

const seen = (count: number, total: number) => ({ count, total });

test('disagreement with the large model rolls back past its limit, and is not looked at without one', () => {
  const tallies = emptyTallies();
  tallies.canary.disagreement = seen(60, 30);
  const judged = judge(tallies, defaultRolloutRule);
  expect(judged).toEqual({ decision: 'roll-back', because: 'disagreement: 30 of 60, the limit is 0.2' });
  expect(judge(tallies, noComparison).decision).toBe('keep');
});

test('bad ratings roll back where the incumbent is rated better', () => {
  const tallies = emptyTallies();
  tallies.canary['negative-feedback'] = seen(40, 30);
  tallies.incumbent['negative-feedback'] = seen(400, 40);
  expect(judge(tallies, defaultRolloutRule).decision).toBe('roll-back');
  expect(judge(tallies, defaultRolloutRule).because).toContain('negative-feedback: 30 of 40');
});

test('promotion waits until agreement with the large model is shown too', () => {
  const tallies = emptyTallies();
  tallies.canary.failure = seen(3000, 10);
  tallies.incumbent.failure = seen(3000, 10);
  expect(judge(tallies, defaultRolloutRule).decision).toBe('keep');
  tallies.canary.disagreement = seen(100, 5);
  expect(judge(tallies, defaultRolloutRule).decision).toBe('promote');
});

test('where nothing is compared, promotion waits for ratings: that a canary does not fail says nothing of its words', () => {
  const tallies = emptyTallies();
  tallies.canary.failure = seen(3000, 10);
  tallies.incumbent.failure = seen(3000, 10);
  expect(judge(tallies, noComparison).decision).toBe('keep');
  tallies.canary['negative-feedback'] = seen(2000, 100);
  tallies.incumbent['negative-feedback'] = seen(2000, 100);
  expect(judge(tallies, noComparison).decision).toBe('promote');
});

test('nothing is decided before both arms were seen', () => {
  const tallies = emptyTallies();
  expect(judge(tallies, defaultRolloutRule)).toEqual({ decision: 'keep', because: null });
  tallies.canary.failure = seen(50, 50);
  expect(judge(tallies, defaultRolloutRule).decision).toBe('keep');
});
