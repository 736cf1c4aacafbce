/** A number with the ends between which it lies. */
export interface Span {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}
