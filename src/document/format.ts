import type { Estimate } from '../core/estimate.ts';
import { type Html, html } from './html.ts';

/** A ratio 0..1 as a whole percentage: `78 %`. */
export function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** A signed difference in percentage points: `+12.3`. */
export function points(value: number): string {
  const rounded = (value * 100).toFixed(1);
  return `${value > 0 ? '+' : ''}${rounded === '-0.0' ? '0.0' : rounded}`.replace('-', '−');
}

/** `0.782`. */
export function score(value: number): string {
  return value.toFixed(3).replace('-', '−');
}

/** A value with its interval, for a table cell. The n is in the row or the caption. */
export function withInterval(estimate: Estimate, write: (value: number) => string = score): Html {
  return html`<span class="estimate"><b>${write(estimate.value)}</b> <span class="range">[${write(estimate.low)}, ${write(estimate.high)}]</span></span>`;
}

/** Bytes in the unit a person would choose: `144 MB`. */
export function bytes(value: number | null): string {
  if (value === null) return '–';
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} GB`;
  return `${Math.round(value / 1e6)} MB`;
}

/** Seconds as `3 min 20 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Grouped thousands: `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A p-value, never as exactly 0. */
export function pValue(value: number | null): string {
  if (value === null) return '–';
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}
