import { sha256 } from '../../../core/hash.ts';
import type { Row } from '../rows/row.ts';
import { groupBy } from './duplicates.ts';

/** Rows that must go to one split together. */
export interface Unit {
  readonly rows: readonly Row[];
  /** Seeded place in the deal: from content only, so the order of rows does not matter. */
  readonly order: string;
  /** Label that stratified dealing balances. */
  readonly stratum: string;
}

/**
 * Joins rows that share a text or a group (through other rows too) into units, in their seeded order.
 * The order of a unit is the SHA-256 of the seed and the smallest name in it.
 */
export function unitsOf(rows: readonly Row[], seed: number): Unit[] {
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    let top = name;
    for (let up = parent.get(top); up !== undefined && up !== top; up = parent.get(top)) top = up;
    parent.set(name, top);
    return top;
  };
  const textName = (row: Row): string => `t${row.key}`;
  for (const row of rows) {
    const text = root(textName(row));
    if (row.group !== null) {
      const group = root(`g${row.group}`);
      // The smaller name becomes the root, so the root is the smallest name whatever the order.
      if (group < text) parent.set(text, group);
      else parent.set(group, text);
    }
  }
  const units: Unit[] = [];
  for (const [name, members] of groupBy(rows, row => root(textName(row)))) {
    const targets = members.map(row => row.target).sort();
    units.push({ rows: members, order: sha256(`${seed}\n${name}`), stratum: targets[0]! });
  }
  return units.sort((a, b) => compare(a.order, b.order));
}

/** Order by code unit, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
