import type { UncertainRange } from '../../../stats/uncertain-range.ts';
import type { DerivedKey, QuantityKey, StatedKey } from '../answers/quantities/index.ts';
import type { Answers } from '../schema.ts';
import type { Evidence } from './evidence.ts';
import type { ListPrice } from './price-table.ts';

/** Where a number comes from. */
export type AssumptionOrigin =
  | 'answer'
  | 'measured'
  | 'configured'
  | 'price-table'
  | 'derived'
  | 'default'
  | 'converted';

/** One number the decision rests on, in US dollars where it is money. */
export interface Assumption {
  readonly key: QuantityKey;
  readonly label: string;
  readonly unit: string;
  readonly range: UncertainRange;
  readonly origin: AssumptionOrigin;
  /** A place in the answers ("answers.yaml:12:3"), a run, or a publication. */
  readonly source: string;
}

/** Machines a specialist may run on. */
export const hardwareIds = ['cpu', 'rentedGpu', 'ownedGpu'] as const;
export type HardwareId = (typeof hardwareIds)[number];

/** A derived quantity is absent where nobody stated it: it then follows from others in every draw. */
export type Assumptions = Readonly<Record<StatedKey, Assumption> & Partial<Record<DerivedKey, Assumption>>>;

/** Says where an answer stands: "answers.yaml:12:3". */
export type PlaceOf = (key: string) => string;

/** Everything the rules and the cost model see. */
export interface Situation {
  /** With what was measured in the place of words that nobody stated. */
  readonly answers: Answers;
  readonly assumptions: Assumptions;
  readonly evidence: Evidence;
  /** List prices that the model's name is looked up in. */
  readonly prices: readonly ListPrice[];
  /** Machines that are at hand and allowed. */
  readonly hardware: readonly HardwareId[];
  /** Whether inputs may be sent to the large model. */
  readonly largeAllowed: boolean;
  /** Answers that do not go together but leave a verdict possible, with both sources. */
  readonly contradictions: readonly string[];
  readonly today: Date;
}

/** One value for every quantity. */
export type Point = Readonly<Record<StatedKey, number> & Partial<Record<DerivedKey, number>>>;

/** The medians of a situation. */
export function centralPoint({ assumptions }: Situation): Point {
  return Object.fromEntries(
    Object.entries(assumptions).map(([key, { range }]) => [key, range.value]),
  ) as unknown as Point;
}

/** The situation with other numbers. */
export function withRanges(
  situation: Situation,
  ranges: Partial<Record<StatedKey, UncertainRange>>,
): Situation {
  const assumptions: Record<StatedKey, Assumption> = { ...situation.assumptions };
  for (const [key, range] of Object.entries(ranges) as [StatedKey, UncertainRange][])
    assumptions[key] = { ...assumptions[key], range };
  return { ...situation, assumptions };
}
