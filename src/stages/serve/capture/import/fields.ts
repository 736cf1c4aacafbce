/** Columns of one record of a log, by name. */
export type LogRecord = Readonly<Record<string, unknown>>;

/** The first of these columns that holds something, with JSON text in it (as CSV has it) read. */
export function field(record: LogRecord, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (value !== undefined && value !== null && value !== '') return unwrapped(value);
  }
  return undefined;
}

/** The first of these columns that holds text; never read as JSON. */
export function textField(record: LogRecord, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return null;
}

/** The first of these columns that holds a number of at least 0, also as text. */
export function numberField(record: LogRecord, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = field(record, name);
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
  }
  return null;
}

/** A moment in milliseconds since 1970 UTC: ISO text, text without a zone (which is UTC), or seconds. */
export function timeField(record: LogRecord, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    const text = typeof value === 'string' ? value.trim() : value;
    const number = typeof text === 'string' && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    // Seconds stay below this for thousands of years, and milliseconds have been above it since 1973.
    if (typeof number === 'number') return Math.round(number < 1e11 ? number * 1_000 : number);
    if (typeof number !== 'string' || number === '') continue;
    const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(number) ? number : `${number.replace(' ', 'T')}Z`;
    const time = Date.parse(zoned);
    if (!Number.isNaN(time)) return time;
  }
  return null;
}

/** A value that is a list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value that is an object and no list, or null. */
export function objectOf(value: unknown): LogRecord | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as LogRecord) : null;
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
