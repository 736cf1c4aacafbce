import type { Screen } from './screen.ts';
import { truncate, visibleLength } from './text.ts';

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand to the right. */
  readonly align?: 'left' | 'right';
  /** Gives way when the table is too wide; at least this many characters stay. Absent: never cut. */
  readonly shrinkTo?: number;
  /** Left out altogether when shrinking is not enough; the last one first. */
  readonly optional?: boolean;
}

const gap = '  ';
const indent = '  ';

/** Draws rows under dim titles, within the screen's width. Cells must be plain text. */
export function table<Row>(screen: Screen, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const fitted = fitColumns(columns, rows, screen.columns);
  const draw = (cells: readonly string[]) =>
    (
      indent +
      fitted
        .map(({ column, width }, index) => {
          const text = truncate(cells[index]!, width);
          const padding = ' '.repeat(Math.max(width - visibleLength(text), 0));
          return column.align === 'right' ? padding + text : text + padding;
        })
        .join(gap)
    ).trimEnd();
  return [
    screen.dim(draw(fitted.map(({ column }) => column.title))),
    ...rows.map(row => draw(fitted.map(({ column }) => column.cell(row)))),
  ].join('\n');
}

function fitColumns<Row>(columns: readonly Column<Row>[], rows: readonly Row[], available: number) {
  let fitted = columns.map(column => ({
    column,
    width: Math.max(visibleLength(column.title), ...rows.map(row => visibleLength(column.cell(row)))),
  }));
  const excess = () =>
    indent.length + fitted.reduce((sum, { width }) => sum + width + gap.length, -gap.length) - available;
  const slack = () =>
    fitted.reduce((sum, { column, width }) => sum + Math.max(width - (column.shrinkTo ?? width), 0), 0);
  while (excess() > slack()) {
    const last = fitted.findLast(({ column }) => column.optional);
    if (last === undefined) break;
    fitted = fitted.filter(entry => entry !== last);
  }
  for (const entry of [...fitted].sort((a, b) => b.width - a.width)) {
    const { shrinkTo } = entry.column;
    if (excess() > 0 && shrinkTo !== undefined) {
      entry.width = Math.max(Math.min(entry.width, shrinkTo), entry.width - excess());
    }
  }
  return fitted;
}
