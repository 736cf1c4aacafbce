import { numberText } from '../../../core/number-text.ts';

/** A range as people write it: `500 to 2,000 tokens`, `1 to 5 %`, `$85`, or one value where both ends are the same. */
export function rangeText(low: number, high: number, unit: string): string {
  const share = unit.startsWith('share ') && !unit.startsWith('share of');
  const money = unit.startsWith('USD');
  const write = (value: number) =>
    share ? numberText(value * 100) : numberText(value, money ? 'usd' : undefined);
  const range = low === high ? write(low) : `${write(low)} to ${write(high)}`;
  if (share) return `${range} %${unit === 'share 0..1' ? '' : unit.slice(5)}`;
  return `${range} ${money ? unit.slice(3).trim() : unit}`.trim();
}
