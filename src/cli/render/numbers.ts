import { coverageText, type Estimate } from '../../core/estimate.ts';

/** A value is never shown without its interval and the rows it rests on: `0.758 [0.676, 0.825] (n=124)`. */
export function estimateText(estimate: Estimate | null | undefined): string {
  if (estimate === null || estimate === undefined) return 'not measured';
  if (estimate.n === 0) return 'no scored rows (n=0)';
  const { value, low, high, n } = estimate;
  return `${decimal(value)} [${decimal(low)}, ${decimal(high)}] (n=${n})`;
}

/** A difference with its sign: `+0.032 [-0.010, +0.074] (n=124)`. */
export function differenceText(estimate: Estimate | null | undefined): string {
  if (estimate === null || estimate === undefined) return 'not measured';
  if (estimate.n === 0) return 'no paired rows (n=0)';
  const { value, low, high, n } = estimate;
  return `${signed(value)} [${signed(low)}, ${signed(high)}] (n=${n})`;
}

/** Title of a column of intervals. */
export function intervalTitle(first: Estimate | null | undefined): string {
  return `${first ? `${coverageText(first).replace(' ', '')} ` : ''}INTERVAL`;
}

/** Three decimals; tiny negative values do not become "-0.000". */
export function decimal(value: number): string {
  const text = value.toFixed(3);
  return text === '-0.000' ? '0.000' : text;
}

function signed(value: number): string {
  const text = decimal(value);
  return text.startsWith('-') || text === '0.000' ? text : `+${text}`;
}

/** Bytes in decimal units, as disks and downloads are sold: `94 MB`, `2.1 GB`; "unknown" for null. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return 'unknown';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A count of parameters: `135M`, `1.7B`; "unknown" for null. */
export function parametersText(parameters: number | null): string {
  if (parameters === null) return 'unknown';
  if (parameters >= 999.5e6) return `${(parameters / 1e9).toFixed(1)}B`;
  return parameters >= 1e6 ? `${Math.round(parameters / 1e6)}M` : String(parameters);
}

/** A duration: `0.4 s`, `12 s`, `3 min 24 s`, `1 h 05 min`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `1 row`, `124 rows`, `12,004 rows`. */
export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`;
}

/** US dollars: `$0.42`, `$0.0031`; "unknown" for null. */
export function dollarsText(costUsd: number | null): string {
  if (costUsd === null) return 'unknown';
  return costUsd === 0 || costUsd >= 0.1 ? `$${costUsd.toFixed(2)}` : `$${costUsd.toPrecision(2)}`;
}
