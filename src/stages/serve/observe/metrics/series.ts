/**
 * How values of several processes become one: counters and histograms add up; of gauges some add up and some
 * are the worst of all.
 */
export type Merge = 'sum' | 'max' | 'min';

/** What a metric is, once for all its series. */
export interface Family {
  readonly name: string;
  /** One sentence, for `# HELP`. */
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly merge: Merge;
  /** Upper ends of a histogram's buckets, rising, without +Inf; empty for others. */
  readonly buckets: readonly number[];
}

/** A counter or gauge with its label values. Hot code keeps it and adds to `value`. */
export interface Cell {
  value: number;
}

/** A histogram with its label values. */
export class Histogram {
  /** Observations of each bucket, not cumulated; the last is beyond all ends. */
  readonly counts: number[];
  sum = 0;
  readonly #ends: readonly number[];

  constructor(ends: readonly number[]) {
    this.#ends = ends;
    this.counts = new Array<number>(ends.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#ends.length && value > this.#ends[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += value;
  }
}

/** One series as it travels between processes. */
export type Sample =
  | { readonly labels: readonly string[]; readonly value: number }
  | { readonly labels: readonly string[]; readonly counts: readonly number[]; readonly sum: number };

/** All series of a family at one moment. */
export interface FamilySnapshot {
  readonly family: Family;
  readonly samples: readonly Sample[];
}

/** Separates label values in keys; cannot be in a name from the configuration. */
const separator = '\u0000';
const key = (labels: readonly string[]) => labels.join(separator);

/** The series of a counter or gauge. */
export class Cells {
  readonly family: Family;
  readonly #cells = new Map<string, { readonly labels: readonly string[]; readonly cell: Cell }>();

  constructor(family: Family) {
    this.family = family;
  }

  /** The series with these label values, in the family's order; made at the first use. */
  at(...labels: readonly string[]): Cell {
    const name = labels.length === 1 ? labels[0]! : key(labels);
    let found = this.#cells.get(name);
    if (found === undefined) {
      found = { labels, cell: { value: 0 } };
      this.#cells.set(name, found);
    }
    return found.cell;
  }

  snapshot(): FamilySnapshot {
    const samples = [...this.#cells.values()].map(({ labels, cell }) => ({ labels, value: cell.value }));
    return { family: this.family, samples };
  }
}

/** The series of a histogram family. */
export class Histograms {
  readonly family: Family;
  readonly #series = new Map<string, { readonly labels: readonly string[]; readonly histogram: Histogram }>();

  constructor(family: Family) {
    this.family = family;
  }

  at(...labels: readonly string[]): Histogram {
    const name = key(labels);
    let found = this.#series.get(name);
    if (found === undefined) {
      found = { labels, histogram: new Histogram(this.family.buckets) };
      this.#series.set(name, found);
    }
    return found.histogram;
  }

  snapshot(): FamilySnapshot {
    const samples = [...this.#series.values()].map(({ labels, histogram }) => ({
      labels,
      counts: [...histogram.counts],
      sum: histogram.sum,
    }));
    return { family: this.family, samples };
  }
}

/** Series of several processes as if they were one. Families keep the order of their first appearance. */
export function mergeSnapshots(all: readonly (readonly FamilySnapshot[])[]): FamilySnapshot[] {
  const families = new Map<string, { readonly family: Family; readonly samples: Map<string, Sample> }>();
  for (const { family, samples } of all.flat()) {
    const merged = families.get(family.name) ?? { family, samples: new Map<string, Sample>() };
    families.set(family.name, merged);
    for (const sample of samples) {
      const before = merged.samples.get(key(sample.labels));
      merged.samples.set(
        key(sample.labels),
        before === undefined ? sample : joined(before, sample, family.merge),
      );
    }
  }
  return [...families.values()].map(({ family, samples }) => ({ family, samples: [...samples.values()] }));
}

function joined(first: Sample, second: Sample, merge: Merge): Sample {
  if ('value' in first && 'value' in second) {
    const [a, b] = [first.value, second.value];
    return {
      labels: first.labels,
      value: merge === 'sum' ? a + b : merge === 'max' ? Math.max(a, b) : Math.min(a, b),
    };
  }
  if ('value' in first || 'value' in second) return first;
  return {
    labels: first.labels,
    counts: first.counts.map((count, k) => count + (second.counts[k] ?? 0)),
    sum: first.sum + second.sum,
  };
}
