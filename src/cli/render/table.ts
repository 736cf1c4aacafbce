import type { Screen } from './screen.ts';
import { padTo, truncate, visibleLength, wordsOf, wrap } from './text.ts';

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand to the right. */
  readonly align?: 'left' | 'right';
  /** Gives way when the table is too wide; at least this many characters stay. Absent: never cut. */
  readonly shrinkTo?: number;
  /**
   * Gives way too, but is broken at spaces into more lines and loses nothing; at least this many characters stand on a
   * line. Columns that are left out go first.
   */
  readonly wrapTo?: number;
  /** Is broken before any column is left out. */
  readonly wrapsFirst?: boolean;
  /** Left out altogether when shrinking is not enough; the last one first. */
  readonly optional?: boolean;
}

const gap = '  ';
const indent = '  ';

/** Draws rows under dim titles, within the screen's width. Cells must be plain text. */
export function table<Row>(screen: Screen, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const fitted = fitColumns(columns, rows, screen.columns);
  const line = (cells: readonly string[]) =>
    (
      indent +
      fitted
        .map(({ column, width }, index) => padTo(truncate(cells[index] ?? '', width), width, column.align))
        .join(gap)
    ).trimEnd();
  const draw = (cells: readonly string[]) => {
    const broken = fitted.map(({ column, width }, index) =>
      column.wrapTo === undefined ? [cells[index]!] : wrap(cells[index]!, width).split('\n'),
    );
    const height = Math.max(1, ...broken.map(lines => lines.length));
    return Array.from({ length: height }, (_, at) => line(broken.map(lines => lines[at] ?? ''))).join('\n');
  };
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
    fitted.reduce((sum, { column, width }) => {
      const least = column.shrinkTo ?? (column.wrapsFirst ? column.wrapTo : undefined) ?? width;
      return sum + Math.max(width - least, 0);
    }, 0);
  while (excess() > slack()) {
    const last = fitted.findLast(({ column }) => column.optional);
    if (last === undefined) break;
    fitted = fitted.filter(entry => entry !== last);
  }
  for (const entry of [...fitted].sort((a, b) => b.width - a.width)) {
    const { shrinkTo, wrapTo, title, cell } = entry.column;
    if (excess() <= 0) break;
    // A word is never broken.
    const words = [title, ...rows.map(cell)].flatMap(wordsOf);
    const least =
      shrinkTo ?? (wrapTo === undefined ? entry.width : Math.max(wrapTo, ...words.map(visibleLength)));
    entry.width = Math.max(Math.min(entry.width, least), entry.width - excess());
  }
  return fitted;
}
