import { studentQuantile } from '../../../stats/distributions/student.ts';
import { quantile } from '../../../stats/quantile.ts';
import type { Span } from '../../../stats/running/span.ts';

const hourMs = 3_600_000;
const hoursADay = 24;
/** Below this many whole days nothing is known of how days differ. */
const fewestDays = 3;

/** How much comes, and when: from the hours in which requests came. */
export class CallRate {
  readonly #byHour = new Map<number, number>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  /** @param at milliseconds since 1970-01-01 UTC */
  add(at: number): void {
    const hour = Math.floor(at / hourMs);
    this.#byHour.set(hour, (this.#byHour.get(hour) ?? 0) + 1);
    this.#first = Math.min(this.#first, at);
    this.#last = Math.max(this.#last, at);
  }

  get from(): number | null {
    return Number.isFinite(this.#first) ? this.#first : null;
  }

  get to(): number | null {
    return Number.isFinite(this.#last) ? this.#last : null;
  }

  /**
   * Calls a day. From {@link fewestDays} whole days (UTC) on, their mean with the t interval over days; from less, what
   * came, extrapolated, give or take a factor of two. Null below an hour: a burst is no day.
   */
  callsPerDay(): Span | null {
    const days = this.#wholeDays();
    if (days.length >= fewestDays) {
      const mean = days.reduce((sum, count) => sum + count, 0) / days.length;
      const variance = days.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (days.length - 1);
      const half = studentQuantile(0.975, days.length - 1) * Math.sqrt(variance / days.length);
      const least = Math.max(Math.min(...days), mean / 10, 0.01);
      return { low: Math.min(mean, Math.max(least, mean - half)), value: mean, high: mean + half };
    }
    const hours = (this.#last - this.#first) / hourMs;
    if (!(hours >= 1)) return null;
    const value = (this.#total() / hours) * hoursADay;
    return { low: value / 2, value, high: value * 2 };
  }

  /**
   * The busiest hour over the average hour: the median day's at the low end, the busiest hour of all at the high one.
   * Null below {@link fewestDays} whole days.
   */
  peakFactor(): Span | null {
    const days = this.#days();
    if (days.length < fewestDays) return null;
    const mean = days.flat().reduce((sum, count) => sum + count, 0) / (days.length * hoursADay);
    if (!(mean > 0)) return null;
    const peaks = days.map(hours => Math.max(...hours) / mean);
    const [low, high] = [quantile(peaks, 0.5), Math.max(...peaks)];
    return { low: Math.max(1, low), value: Math.max(1, quantile(peaks, 0.75)), high: Math.max(1, high) };
  }

  /** Share of the requests in each hour of the day, UTC; null without requests. */
  byHour(): readonly number[] | null {
    const total = this.#total();
    if (total === 0) return null;
    const shares = new Array<number>(hoursADay).fill(0);
    for (const [hour, count] of this.#byHour) shares[hour % hoursADay]! += count / total;
    return shares;
  }

  #total(): number {
    let total = 0;
    for (const count of this.#byHour.values()) total += count;
    return total;
  }

  #wholeDays(): number[] {
    return this.#days().map(hours => hours.reduce((sum, count) => sum + count, 0));
  }

  /** Requests by hour of each day that lies wholly between the first and the last request. */
  #days(): number[][] {
    const first = Math.ceil(this.#first / hourMs / hoursADay);
    const end = Math.floor(this.#last / hourMs / hoursADay);
    if (!(end > first)) return [];
    return Array.from({ length: end - first }, (_, day) =>
      Array.from({ length: hoursADay }, (_, hour) => this.#byHour.get((first + day) * hoursADay + hour) ?? 0),
    );
  }
}
