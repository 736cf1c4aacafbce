import * as Plot from '@observablehq/plot';
import type { Estimate } from '../../core/estimate.ts';
import { percent } from '../format.ts';
import type { Html } from '../html.ts';
import { drawSvg } from './svg.ts';

export interface IntervalRow {
  readonly title: string;
  readonly estimate: Estimate;
  /** CSS colour, usually a variable of the style sheet. */
  readonly color: string;
}

/** Characters that the room left of the chart holds in the letters of usual fonts. */
const longestTitle = 38;

/** One row a system: a dot at the value, a bar over its interval, the number at the right. Axis 0..1. */
export function intervalChart(label: string, rows: readonly IntervalRow[]): Html {
  const data = rows.map(({ title, estimate, color }) => ({
    title: shorten(title, longestTitle),
    color,
    ...estimate,
  }));
  return drawSvg(label, {
    width: 860,
    height: 46 + rows.length * 34,
    marginLeft: 292,
    marginRight: 128,
    marginTop: 8,
    marginBottom: 34,
    x: { domain: [0, 1], tickFormat: percent, ticks: 5, label: null },
    y: { domain: data.map(row => row.title), label: null, tickSize: 0, padding: 0.4 },
    marks: [
      Plot.gridX({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleY(data, {
        y: 'title',
        x1: 'low',
        x2: 'high',
        stroke: 'color',
        strokeWidth: 7,
        strokeOpacity: 0.32,
      }),
      Plot.dot(data, {
        y: 'title',
        x: 'value',
        r: 5.5,
        fill: 'color',
        stroke: 'var(--paper)',
        strokeWidth: 1.5,
      }),
      Plot.text(data, {
        y: 'title',
        frameAnchor: 'right',
        dx: 124,
        textAnchor: 'end',
        fill: 'var(--ink)',
        text: row => `${percent(row.value)}  [${Math.round(row.low * 100)}, ${Math.round(row.high * 100)}]`,
      }),
    ],
  });
}

/** At most `length` characters, cut with an ellipsis. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}
