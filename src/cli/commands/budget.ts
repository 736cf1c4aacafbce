/** So much of something, in all or within a period. */
export interface Budget {
  readonly amount: number;
  readonly period: 'day' | 'month' | 'total';
}
