import type { Screen } from '../screen.ts';
import { padTo, printable, visibleLength, wrap } from '../text.ts';

/** Names and values below each other; a null value leaves its line out. */
export function facts(
  screen: Screen,
  rows: readonly (readonly [name: string, value: string | null])[],
): string {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== null);
  const width = Math.max(0, ...shown.map(([name]) => visibleLength(name)));
  const indent = ' '.repeat(2 + width + 2);
  return shown
    .map(([name, value]) => {
      const text = wrap(printable(value), screen.columns - indent.length, indent);
      return `  ${screen.dim(padTo(name, width))}  ${text}`;
    })
    .join('\n');
}
