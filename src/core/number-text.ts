/**
 * A number as people say it: three digits that matter, whole things (`count`), percent, or dollars: to the cent below
 * 1,000, in three digits below one.
 */
export function numberText(value: number, format?: string): string {
  if (format === 'percent') return `${Math.round(value * 100)} %`;
  const size = Math.abs(value);
  const digits = size >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  if (format === 'count') return Math.round(value).toLocaleString('en-US');
  if (format !== 'usd') return value.toLocaleString('en-US', digits);
  const amount = (size >= 1 ? size : Number(size.toPrecision(3))).toLocaleString('en-US', {
    maximumFractionDigits: size >= 1000 ? 0 : size >= 1 ? 2 : 6,
    minimumFractionDigits: size >= 1000 ? 0 : 2,
  });
  return `${value < 0 ? '−' : ''}$${amount}`;
}
