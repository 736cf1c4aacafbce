import type { UncertainRange } from '../../../stats/uncertain-range.ts';
import type { AssumptionOrigin } from './situation.ts';

/** A number for a quantity, and where it comes from. */
export interface Found {
  readonly range: UncertainRange;
  readonly origin: AssumptionOrigin;
  readonly source: string;
}
