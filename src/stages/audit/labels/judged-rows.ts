import { NumberColumn } from '../columns/number-column.ts';

/** What the model gave one row: enough to judge it, without all probabilities. */
export interface Judged {
  readonly row: number;
  readonly given: number;
  /** Probability of the given class. */
  readonly own: number;
  /** The classes of the highest probabilities, highest first. */
  readonly top: readonly { readonly label: number; readonly probability: number }[];
}

/** Classes of a row that are held, at most. */
export const topLabels = 10;

/** What is held of the probabilities a model gave one row. */
export function judgedRow(row: number, given: number, probabilities: ArrayLike<number>): Judged {
  const top: { label: number; probability: number }[] = [];
  for (let label = 0; label < probabilities.length; label++) {
    const probability = probabilities[label]!;
    if (top.length === topLabels && probability <= top[topLabels - 1]!.probability) continue;
    let place = Math.min(top.length, topLabels - 1);
    while (place > 0 && top[place - 1]!.probability < probability) {
      top[place] = top[place - 1]!;
      place--;
    }
    top[place] = { label, probability };
  }
  return { row, given, own: probabilities[given]!, top };
}

/**
 * What a model said of many rows, in columns. Of a row whose class is the most probable nothing is held but its part in
 * the mean of that class.
 */
export class JudgedRows {
  size = 0;
  /** Rows whose class is the most probable. */
  agreeing = 0;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #rows = new NumberColumn(length => new Uint32Array(length));
  readonly #given = new NumberColumn(length => new Uint32Array(length));
  readonly #own = new NumberColumn(length => new Float64Array(length));
  readonly #ends = new NumberColumn(length => new Uint32Array(length));
  readonly #labels = new NumberColumn(length => new Uint32Array(length));
  readonly #probabilities = new NumberColumn(length => new Float64Array(length));
  readonly #remembers: (row: number) => boolean;
  readonly #remembered = new Map<number, Judged>();

  /** @param remembers rows of which everything is held, by their numbers; none when absent */
  constructor(classes: number, remembers: (row: number) => boolean = () => false) {
    this.#remembers = remembers;
    this.#sums = new Float64Array(classes);
    this.#counts = new Float64Array(classes);
  }

  add(one: Judged): void {
    const { row, given, own, top } = one;
    if (this.#remembers(row)) this.#remembered.set(row, one);
    this.size += 1;
    this.#sums[given]! += own;
    this.#counts[given]! += 1;
    if (top[0]?.label === given) {
      this.agreeing += 1;
      return;
    }
    this.#rows.push(row);
    this.#given.push(given);
    this.#own.push(own);
    for (const { label, probability } of top) {
      this.#labels.push(label);
      this.#probabilities.push(probability);
    }
    this.#ends.push(this.#labels.length);
  }

  /** See `skill` of a label judge. */
  get skill(): number | null {
    const commonest = this.#counts.reduce((most, count) => Math.max(most, count), 0);
    return commonest === this.size ? null : (this.agreeing - commonest) / (this.size - commonest);
  }

  /** What was said of a row that is remembered; undefined where it was not judged. */
  of(row: number): Judged | undefined {
    return this.#remembered.get(row);
  }

  /** The rows that are remembered, by their numbers. */
  rememberedRows(): number[] {
    return [...this.#remembered.keys()];
  }

  /** Mean probability that rows of a class get for it; 2, which nothing reaches, for a class without rows. */
  threshold(label: number): number {
    return this.#counts[label] === 0 ? 2 : this.#sums[label]! / this.#counts[label]!;
  }

  /** The rows whose class is not the most probable. */
  *disagreeing(): Generator<Judged> {
    let from = 0;
    for (let at = 0; at < this.#rows.length; at++) {
      const end = this.#ends.at(at);
      const top: Judged['top'][number][] = [];
      for (; from < end; from++)
        top.push({ label: this.#labels.at(from), probability: this.#probabilities.at(from) });
      yield { row: this.#rows.at(at), given: this.#given.at(at), own: this.#own.at(at), top };
    }
  }
}
