import type { LearningCurve } from '../../core/learning-curve.ts';
import type { Screen } from './screen.ts';

const height = 14;
const axisWidth = 7;

/**
 * A learning curve: points with their intervals, the fitted curve in its band, rows on a logarithmic axis. Nothing
 * where there is no fit.
 */
export function curveChart(screen: Screen, { points, fit, rows, target }: LearningCurve): string {
  if (fit === null || fit.band.length < 2) return '';
  const width = screen.columns - axisWidth - 2;
  const first = fit.band[0]!.rows;
  const last = fit.band.at(-1)!.rows;
  const values = [
    ...fit.band.flatMap(({ value }) => value),
    ...points.flatMap(({ score }) => [score.low, score.high]),
    fit.doubled.low,
    fit.doubled.high,
    ...(target === null ? [] : [target.score]),
  ];
  const bottom = Math.max(0, Math.floor(Math.min(...values) * 20) / 20);
  const top = Math.min(1, Math.max(bottom + 0.1, Math.ceil(Math.max(...values) * 20) / 20));
  const columnOf = (count: number) =>
    Math.round((Math.log(count / first) / Math.log(last / first)) * (width - 1));
  const lineOf = (value: number) => Math.round(((top - value) / (top - bottom)) * (height - 1));
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  const put = (line: number, column: number, mark: string) => {
    const row = cells[line];
    if (row !== undefined && column >= 0 && column < width) row[column] = mark;
  };

  if (target !== null) for (let column = 0; column < width; column++) put(lineOf(target.score), column, '-');
  for (let column = 0; column < width; column++) {
    const { value, low, high } = at(fit.band, first * (last / first) ** (column / (width - 1)));
    for (let line = lineOf(high); line <= lineOf(low); line++) put(line, column, '░');
    put(lineOf(value), column, '─');
  }
  for (const { rows: trained, score } of points) {
    for (let line = lineOf(score.high); line <= lineOf(score.low); line++) put(line, columnOf(trained), '│');
    put(lineOf(score.value), columnOf(trained), '●');
  }
  for (let line = 0; line < height; line++)
    if (cells[line]![columnOf(rows)] === ' ' || cells[line]![columnOf(rows)] === '░')
      put(line, columnOf(rows), '┊');

  const drawn = cells.map((row, line) => {
    const isLabelled = line % 3 === 0 || line === height - 1;
    const value = top - (line / (height - 1)) * (top - bottom);
    return `${(isLabelled ? value.toFixed(3) : '').padStart(axisWidth)} ${row.join('').trimEnd()}`.trimEnd();
  });
  return [...drawn, axis(width, [points[0]!.rows, rows, 2 * rows, last], columnOf)].join('\n');
}

/** Numbers of rows below their columns; one that would run into another is left out. */
function axis(width: number, counts: readonly number[], columnOf: (count: number) => number): string {
  let line = '';
  for (const count of counts) {
    const text = Math.round(count).toLocaleString('en-US');
    const start = Math.min(width - text.length, Math.max(0, columnOf(count) - Math.floor(text.length / 2)));
    if (start < line.length + (line === '' ? 0 : 1)) continue;
    line = line.padEnd(start) + text;
  }
  return `${'rows'.padStart(axisWidth)} ${line}`;
}

type Band = NonNullable<LearningCurve['fit']>['band'];

/** The band between its points, straight on the logarithmic axis. */
function at(band: Band, rows: number): { value: number; low: number; high: number } {
  const found = band.findIndex(point => point.rows >= rows);
  const after = band[found === -1 ? band.length - 1 : Math.max(1, found)]!;
  const before = band[(found === -1 ? band.length - 1 : Math.max(1, found)) - 1]!;
  const share = Math.min(1, Math.max(0, Math.log(rows / before.rows) / Math.log(after.rows / before.rows)));
  const mix = (a: number, b: number) => a + share * (b - a);
  return {
    value: mix(before.value, after.value),
    low: mix(before.low, after.low),
    high: mix(before.high, after.high),
  };
}
