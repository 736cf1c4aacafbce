import type { UncertainRange } from '../../../../stats/uncertain-range.ts';

/** A number that is asked for, and what is taken where nobody knows it. */
export interface QuantitySpec {
  /** For sentences: "calls a day". */
  readonly label: string;
  readonly unit: string;
  readonly scale: UncertainRange['scale'];
  /** Values outside are refused as impossible, ends included. */
  readonly plausible: readonly [low: number, high: number];
  /** Taken for an unknown answer; null where it is then derived from other answers. */
  readonly default: { readonly low: number; readonly value?: number; readonly high: number } | null;
  /** Money in the currency of the answers, turned into US dollars. */
  readonly money?: true;
  /** Why it is asked. */
  readonly why: string;
  /** Where the default comes from. */
  readonly source: string;
}

/** An answer to a quantity as it is written down. */
export type QuantityAnswer = number | { readonly low: number; readonly high: number } | 'unknown';

/** What a source says that is nobody's measurement. */
export const assumption = 'working assumption of stepdown, wide on purpose; state your own';
