import type { SplitName } from '../../../core/example.ts';
import { sha256 } from '../../../core/hash.ts';
import type { Row } from '../rows/row.ts';
import type { SplitConfig } from '../schema.ts';
import { groupBy } from './duplicates.ts';
import { compare, type Unit, unitsOf } from './units.ts';

/** Splits that are filled by share; train gets the rest. */
const heldOut = ['test', 'calibration', 'validation'] as const;
export type Shares = Readonly<Record<(typeof heldOut)[number], number>>;
export type DealRule = Exclude<SplitConfig['by'], 'auto'>;

/**
 * Deals rows out to splits; rows of one group or text stay together under every rule. The outcome depends on the seed and on what the rows say, never on their order.
 *
 * - `random`: units in seeded order; the first share is test, the next calibration, then validation.
 * - `stratified`: units sorted by label, seeded order within; every 1/share-th goes to the split, so each label
 *   gets its share rounded up or down. A label with two or more rows keeps at least one in train.
 * - `group`: groups in seeded order, each to the split that is furthest below its share of rows.
 */
export function dealOut(
  rows: readonly Row[],
  shares: Shares,
  seed: number,
  by: DealRule,
): Map<Row, SplitName> {
  const units = unitsOf(rows, seed);
  const placed =
    by === 'group'
      ? dealGroups(units, shares)
      : by === 'stratified'
        ? dealStratified(units, shares, seed)
        : dealInOrder(units, shares);
  return new Map(units.flatMap(unit => unit.rows.map(row => [row, placed.get(unit) ?? 'train'] as const)));
}

function dealInOrder(units: readonly Unit[], shares: Shares): Map<Unit, SplitName> {
  const placed = new Map<Unit, SplitName>();
  let from = 0;
  for (const split of heldOut) {
    const to = from + Math.round(units.length * shares[split]);
    for (const unit of units.slice(from, to)) placed.set(unit, split);
    from = to;
  }
  return placed;
}

function dealStratified(units: readonly Unit[], shares: Shares, seed: number): Map<Unit, SplitName> {
  const placed = new Map<Unit, SplitName>();
  let left = [...units].sort((a, b) => compare(a.stratum, b.stratum) || compare(a.order, b.order));
  let shareLeft = 1;
  for (const split of heldOut) {
    const step = shares[split] / shareLeft;
    // Where the even steps begin is seeded too; otherwise the first label would always be favoured.
    const start = Number.parseInt(sha256(`${seed}\n${split}`).slice(0, 8), 16) / 2 ** 32;
    const taken = left.filter(
      (_unit, index) => Math.floor((index + 1) * step + start) > Math.floor(index * step + start),
    );
    for (const unit of taken) placed.set(unit, split);
    left = left.filter(unit => !placed.has(unit));
    shareLeft -= shares[split];
  }
  keepLabelsInTrain(units, placed);
  return placed;
}

/** Gives a label that train would not have its first held-out unit back, if it has another one. */
function keepLabelsInTrain(units: readonly Unit[], placed: Map<Unit, SplitName>): void {
  for (const members of groupBy(units, unit => unit.stratum).values()) {
    if (members.length > 1 && members.every(unit => placed.has(unit))) placed.delete(members[0]!);
    // A label with one row can only be learnt or tested: it is learnt.
    if (members.length === 1) placed.delete(members[0]!);
  }
}

function dealGroups(units: readonly Unit[], shares: Shares): Map<Unit, SplitName> {
  const total = units.reduce((sum, unit) => sum + unit.rows.length, 0);
  const missing: [SplitName, number][] = heldOut.map(split => [split, total * shares[split]]);
  const heldOutShare = heldOut.reduce((sum, split) => sum + shares[split], 0);
  missing.unshift(['train', total * (1 - heldOutShare)]);
  const placed = new Map<Unit, SplitName>();
  for (const unit of units) {
    const furthest = missing.reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    placed.set(unit, furthest[0]);
    furthest[1] -= unit.rows.length;
  }
  return placed;
}
