import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { merged, situationOf, type Written } from '../fixtures/situations.ts';
import { decide } from './decide.ts';
import { judge } from './judge.ts';

const tasks = fc.record({
  rows: fc.constantFrom(0, 300, 2000, 50_000),
  breadth: fc.constantFrom('narrow', 'moderate', 'broad', 'unknown'),
  reasoning: fc.constantFrom('none', 'some', 'heavy'),
  latencyMs: fc.constantFrom(200, 900, 5000),
  inputTokens: fc.integer({ min: 10, max: 10_000 }),
  model: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'unheard-of'),
  dataMayLeave: fc.constantFrom('yes', 'no', 'unknown'),
  callsPerDay: fc.double({ min: 1, max: 1e6, noNaN: true }),
  hourlyRate: fc.integer({ min: 20, max: 300 }),
  pricePerHour: fc.double({ min: 0.01, max: 5, noNaN: true }),
  inputPrice: fc.double({ min: 0.05, max: 30, noNaN: true }),
});
type Drawn = typeof tasks extends fc.Arbitrary<infer Value> ? Value : never;
const written = (drawn: Drawn): Written => ({
  task: { kind: 'classify', definition: 'closed', breadth: drawn.breadth, reasoning: drawn.reasoning },
  data: { labelledRows: drawn.rows, labelAgreement: 0.95 },
  traffic: {
    callsPerDay: drawn.callsPerDay,
    inputTokens: drawn.inputTokens,
    latencyMs: drawn.latencyMs,
  },
  regulation: { dataMayLeave: drawn.dataMayLeave },
  incumbent: { model: drawn.model },
});
/** The same with money in it. */
const priced = (drawn: Drawn, unit = 1): Written =>
  merged(written(drawn), {
    incumbent: { price: { input: drawn.inputPrice / unit, output: (4 * drawn.inputPrice) / unit } },
    economics: { hourlyRate: drawn.hourlyRate / unit },
    hardware: { cpu: { pricePerHour: drawn.pricePerHour / unit } },
  });

/** What is said, and by which rule. */
function answerTo(answers: Written) {
  const { verdict, rule } = judge(situationOf(answers));
  return { verdict, because: rule.id };
}

const isMapping = (value: unknown): value is Written => typeof value === 'object' && value !== null;
/** Every value that the change takes on, at any depth. */
function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (!isMapping(value)) return change(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapped(inner, change)]));
}
const reversed = (value: unknown): unknown =>
  isMapping(value)
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      )
    : value;

describe('the verdict and its rule do not change with', () => {
  const always = (same: (drawn: Drawn) => readonly [Written, Written]) =>
    fc.assert(
      fc.property(tasks, drawn => {
        const [one, other] = same(drawn);
        expect(other).not.toEqual(one);
        expect(answerTo(other)).toEqual(answerTo(one));
      }),
      { numRuns: 10 },
    );

  test('the order of the keys; nor does anything else in the decision', () => {
    fc.assert(
      fc.property(tasks, drawn => {
        expect(answerTo(reversed(priced(drawn)) as Written)).toEqual(answerTo(priced(drawn)));
      }),
      { numRuns: 5 },
    );
    const answers = merged(
      { task: { kind: 'extract', breadth: 'narrow' } },
      { traffic: { callsPerDay: 4000 } },
    );
    const turned = reversed(answers) as Written;
    expect(Object.keys(turned)).not.toEqual(Object.keys(answers));
    expect(decide(situationOf(turned))).toEqual(decide(situationOf(answers)));
  });

  test('the currency, where its rate is given', () => {
    for (const usdPerUnit of [1.1, 0.0067])
      always(drawn => [
        priced(drawn),
        merged(priced(drawn, usdPerUnit), { economics: { currency: 'XAA', usdPerUnit } }),
      ]);
  });

  test('a value written as a range of one', () => {
    always(drawn => [
      priced(drawn),
      mapped(priced(drawn), value =>
        typeof value === 'number' ? { low: value, high: value } : value,
      ) as Written,
    ]);
  });

  test('what is left out being called unknown', () => {
    always(drawn => [
      written(drawn),
      merged(
        { task: { factsChange: 'unknown', documents: 'unknown' }, economics: { labelCost: 'unknown' } },
        written(drawn),
      ),
    ]);
  });

  test('how retrieval is priced, who audits, a place name, or a machine being there as it is by default', () => {
    always(drawn => [
      written(drawn),
      merged(written(drawn), {
        retrieval: { hostingPerMonth: 5000 },
        regulation: { audit: 'yes', region: 'eu' },
        hardware: { ownedGpu: { available: true } },
      }),
    ]);
  });

  test('the volume being stated a second', () => {
    always(drawn => {
      const plain = written(drawn);
      const { callsPerDay, ...traffic } = plain['traffic'] as { callsPerDay: number };
      return [plain, { ...plain, traffic: { ...traffic, requestsPerSecond: callsPerDay / 86_400 } }];
    });
  });
});

const order = ['keep-large-model', 'not-enough-evidence', 'own-specialist'];
const rank = (verdict: string) => order.indexOf(verdict === 'cascade' ? 'own-specialist' : verdict);

test('more calls never move the verdict away from owning', () => {
  fc.assert(
    fc.property(tasks, fc.double({ min: 1, max: 100, noNaN: true }), (drawn, factor) => {
      const before = answerTo(written(drawn)).verdict;
      const after = answerTo(written({ ...drawn, callsPerDay: drawn.callsPerDay * factor })).verdict;
      expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
    }),
    { numRuns: 30 },
  );
});

test('hard constraints decide alone, whatever the task, the rows, the volume and the money', () => {
  fc.assert(
    fc.property(tasks, drawn => {
      const inside = merged(priced(drawn), { regulation: { dataMayLeave: 'no' } });
      expect(answerTo(inside)).toEqual({ verdict: 'own-specialist', because: 'data-must-not-leave' });
      const elsewhere = merged(priced(drawn), {
        regulation: { dataMayLeave: 'region-only', region: 'eu' },
        incumbent: { region: 'us' },
      });
      expect(answerTo(elsewhere)).toEqual({
        verdict: 'own-specialist',
        because: 'data-must-stay-in-region',
      });
    }),
    { numRuns: 10 },
  );
  const decision = decide(situationOf({ task: { kind: 'generate' }, regulation: { dataMayLeave: 'no' } }));
  expect(decision).toMatchObject({ verdict: 'own-specialist', hard: true });
});
