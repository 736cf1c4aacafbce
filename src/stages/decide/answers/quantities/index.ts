import { economicsQuantities } from './economics.ts';
import { hardwareQuantities } from './hardware.ts';
import type { QuantitySpec } from './spec.ts';
import { taskQuantities } from './task.ts';
import { trafficQuantities } from './traffic.ts';

/** Every quantity by its dotted key in the answers: the questions, their plausible ranges and their defaults. */
export const quantities = {
  ...taskQuantities,
  ...trafficQuantities,
  ...economicsQuantities,
  ...hardwareQuantities,
} as const satisfies Record<string, QuantitySpec>;

export type QuantityKey = keyof typeof quantities;
/** Quantities that follow from others where nobody states them. */
export type DerivedKey = {
  [Key in QuantityKey]: (typeof quantities)[Key]['default'] extends null ? Key : never;
}[QuantityKey];
/** Quantities that always have a range. */
export type StatedKey = Exclude<QuantityKey, DerivedKey>;
export const quantityKeys = Object.keys(quantities) as QuantityKey[];

/** The description of a quantity. */
export function specOf(key: QuantityKey): QuantitySpec {
  return quantities[key];
}

export type { QuantityAnswer, QuantitySpec } from './spec.ts';
