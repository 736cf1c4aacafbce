import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SplitName } from '../../../core/example.ts';
import { type Row, textKey } from '../rows/row.ts';
import { type DealRule, dealOut } from './deal.ts';
import { groupBy, repairLeaks, settleWithinSplits } from './duplicates.ts';

const shares = { test: 0.2, calibration: 0.1, validation: 0.1 };
const rules: DealRule[] = ['random', 'stratified', 'group'];

const row = (
  key: string,
  target: string,
  group: string | null,
  line: number,
  declared: Row['declared'] = 'auto',
): Row => ({
  key,
  messages: [{ role: 'user', content: key }],
  target,
  labelProbabilities: null,
  id: null,
  group,
  file: 'rows.jsonl',
  line,
  declared,
});

const declared = fc.constantFrom<Row['declared']>('train', 'validation', 'calibration', 'test', 'auto');
const anyRows = fc
  .array(
    fc.record({
      key: fc.integer({ min: 0, max: 40 }),
      target: fc.constantFrom('A', 'B', 'C'),
      group: fc.option(fc.integer({ min: 0, max: 12 })),
      declared,
    }),
    { maxLength: 60 },
  )
  .map(items =>
    items.map((item, index) =>
      row(
        `t${item.key}`,
        item.target,
        item.group === null ? null : `g${item.group}`,
        index + 1,
        item.declared,
      ),
    ),
  );

/** Everything import does between reading and writing. */
function place(
  rows: readonly Row[],
  by: DealRule,
  seed: number,
  severalTargets: boolean,
): { row: Row; split: SplitName }[] {
  const left = repairLeaks(settleWithinSplits(rows, 'majority', severalTargets).rows).rows;
  const dealt = dealOut(
    left.filter(item => item.declared === 'auto'),
    shares,
    seed,
    by,
  );
  return left.map(item => ({ row: item, split: dealt.get(item) ?? (item.declared as SplitName) }));
}

describe.each(rules)('dealing out by %s', by => {
  it('never puts one group or one text in two splits, and adds nothing to a test file', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(), fc.boolean(), (rows, seed, severalTargets) => {
        const placed = place(rows, by, seed, severalTargets);
        for (const keyOf of [
          (item: Row) => `t${item.key}`,
          (item: Row) => item.group ?? `line ${item.line}`,
        ]) {
          for (const members of groupBy(placed, item => keyOf(item.row)).values()) {
            expect(new Set(members.map(item => item.split)).size).toBe(1);
          }
        }
        const fromFiles = rows.filter(item => item.declared === 'test').length;
        expect(placed.filter(item => item.row.declared === 'test').length).toBeLessThanOrEqual(fromFiles);
      }),
    );
  });

  it('gives the same splits for the same rows in another order', () => {
    const shuffled = anyRows.chain(rows =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
      ),
    );
    const texts = (rows: readonly Row[], seed: number) =>
      place(
        rows.map(item => ({ ...item, declared: 'auto' as const, group: null })),
        by,
        seed,
        false,
      )
        .map(item => `${item.split} ${item.row.key} ${item.row.target}`)
        .sort();
    fc.assert(
      fc.property(shuffled, fc.nat(), ([rows, other], seed) => {
        expect(texts(other, seed)).toEqual(texts(rows, seed));
      }),
    );
  });

  it('comes close to the shares, and another seed deals differently', () => {
    const rows = Array.from({ length: 1000 }, (_, n) => row(`t${n}`, `L${n % 7}`, `g${n % 250}`, n + 1));
    const count = (seed: number) => {
      const dealt = dealOut(rows, shares, seed, by);
      return { dealt, sizes: groupBy(rows, item => dealt.get(item)!) };
    };
    const { dealt, sizes } = count(1);
    for (const [name, share] of [['train', 0.6], ...Object.entries(shares)] as [string, number][]) {
      expect(Math.abs(sizes.get(name)!.length - share * 1000)).toBeLessThanOrEqual(8);
    }
    const other = count(2).dealt;
    expect(rows.some(item => other.get(item) !== dealt.get(item))).toBe(true);
  });
});

describe('stratified dealing', () => {
  it('leaves every label with two or more rows at least one in train, and rounds its share up or down', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(sizes, fc.nat(), (labelSizes, seed) => {
        const rows = labelSizes.flatMap((size, label) =>
          Array.from({ length: size }, (_, n) => row(`t${label}-${n}`, `L${label}`, null, n + 1)),
        );
        const dealt = dealOut(rows, shares, seed, 'stratified');
        for (const members of groupBy(rows, item => item.target).values()) {
          expect(members.filter(item => dealt.get(item) === 'train').length).toBeGreaterThanOrEqual(1);
          const tested = members.filter(item => dealt.get(item) === 'test').length;
          expect(Math.abs(tested - members.length * shares.test)).toBeLessThan(1.5);
        }
      }),
    );
  });
});

describe('the same text', () => {
  const key = (content: string, ignoreCase = true) => textKey([{ role: 'user', content }], ignoreCase);

  it('folds Unicode form and white space always, and case by rule', () => {
    expect(key('Gro\u0308ße \t1\n')).toBe(key('größe 1'));
    expect(key('Leak', false)).not.toBe(key('leak', false));
    expect(key('gro\u0308ß', false)).toBe(key('größ', false));
    expect(key('a b')).not.toBe(key('ab'));
  });
});
