/** A number as people say it: three digits that matter, or dollars, or percent. */
export function numberText(value: number, format?: string): string {
  if (format === 'percent') return `${Math.round(value * 100)} %`;
  const size = Math.abs(value);
  const digits = size >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  if (format !== 'usd') return value.toLocaleString('en-US', digits);
  const amount = (size >= 1000 ? size : Number(size.toPrecision(3))).toLocaleString('en-US', {
    maximumFractionDigits: size >= 1000 ? 0 : size >= 1 ? 2 : 6,
    minimumFractionDigits: size >= 1000 ? 0 : 2,
  });
  return `${value < 0 ? '−' : ''}$${amount}`;
}
