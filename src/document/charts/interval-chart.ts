import * as Plot from '@observablehq/plot';
import type { Estimate } from '../../core/estimate.ts';
import { percent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { drawSvg } from './svg.ts';

export interface IntervalRow {
  readonly title: string;
  readonly estimate: Estimate;
  /** CSS colour, usually a variable of the style sheet. */
  readonly color: string;
}

/** Characters that the room left of the chart holds in the letters of usual fonts. */
const longestTitle = 38;
/** And a line of the narrow one, beside its number. */
const longestNarrowTitle = 34;

/**
 * One row a system: a dot at the value, a bar over its interval, and the number. Axis 0..1. Drawn twice, with titles
 * beside the bars and, for phones, above them; the style sheet shows one.
 */
export function intervalFigure(label: string, rows: readonly IntervalRow[]): Html {
  return html`<figure class="wide redrawn">${wideChart(label, rows)}</figure>
<figure class="narrow">${narrowChart(label, rows)}</figure>`;
}

interface Datum extends Estimate {
  /** Its place: titles that were cut may be alike. */
  readonly row: number;
  readonly title: string;
  readonly color: string;
}

function dataOf(rows: readonly IntervalRow[], length: number): Datum[] {
  return rows.map(({ title, estimate, color }, row) => ({
    row,
    title: shorten(title, length),
    color,
    ...estimate,
  }));
}

function wideChart(label: string, rows: readonly IntervalRow[]): Html {
  const data = dataOf(rows, longestTitle);
  return drawSvg(label, {
    width: 860,
    height: 46 + rows.length * 34,
    marginLeft: 292,
    marginRight: 128,
    marginTop: 8,
    marginBottom: 34,
    x: scores,
    y: {
      domain: data.map(({ row }) => row),
      tickFormat: (row: number) => data[row]?.title ?? '',
      label: null,
      tickSize: 0,
      padding: 0.4,
    },
    marks: [
      ...bars(data),
      Plot.text(data, {
        y: 'row',
        frameAnchor: 'right',
        dx: 124,
        textAnchor: 'end',
        fill: 'var(--ink)',
        text: figures,
      }),
    ],
  });
}

function narrowChart(label: string, rows: readonly IntervalRow[]): Html {
  const data = dataOf(rows, longestNarrowTitle);
  return drawSvg(label, {
    width: 360,
    height: 60 + rows.length * 44,
    marginLeft: 6,
    marginRight: 12,
    marginTop: 22,
    marginBottom: 30,
    x: scores,
    y: { domain: data.map(({ row }) => row), axis: null, padding: 0.4 },
    marks: [
      ...bars(data),
      Plot.text(data, { ...above, frameAnchor: 'left', textAnchor: 'start', text: 'title' }),
      Plot.text(data, { ...above, frameAnchor: 'right', textAnchor: 'end', dx: 8, text: figures }),
    ],
  });
}

const scores = { domain: [0, 1], tickFormat: percent, ticks: 5, label: null } as const;

const above = { y: 'row', dy: -18, fill: 'var(--ink)' } as const;

function bars(data: readonly Datum[]): Plot.Markish[] {
  return [
    Plot.gridX({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
    Plot.ruleY(data, {
      y: 'row',
      x1: 'low',
      x2: 'high',
      stroke: 'color',
      strokeWidth: 7,
      strokeOpacity: 0.32,
    }),
    Plot.dot(data, {
      y: 'row',
      x: 'value',
      r: 5.5,
      fill: 'color',
      stroke: 'var(--paper)',
      strokeWidth: 1.5,
    }),
  ];
}

function figures({ value, low, high }: Datum): string {
  return `${percent(value)}  [${Math.round(low * 100)}, ${Math.round(high * 100)}]`;
}

/** At most `length` characters, cut with an ellipsis. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}
