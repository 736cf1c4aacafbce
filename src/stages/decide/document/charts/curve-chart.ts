import * as Plot from '@observablehq/plot';
import type { LearningCurves } from '../../../../core/learning-curve.ts';
import { numberText } from '../../../../core/number-text.ts';
import { drawSvg } from '../../../../document/charts/svg.ts';
import { percent } from '../../../../document/format.ts';
import type { Html } from '../../../../document/html.ts';
import type { DocumentText } from '../english.ts';

type Curve = LearningCurves['cheap'];

/** Measured scores with their intervals, and the fitted curve with its band, rows on a logarithmic axis. */
export function curveChart(curves: readonly { curve: Curve; color: string }[], text: DocumentText): Html {
  const points = curves.flatMap(({ curve, color }) =>
    curve.points.map(({ rows, score }) => ({ rows, ...score, color })),
  );
  const now = curves[0]!.curve.rows;
  return drawSvg(text.curve.chart, {
    width: 860,
    height: 270,
    marginLeft: 56,
    marginRight: 30,
    marginTop: 24,
    marginBottom: 42,
    x: {
      type: 'log',
      label: text.curve.rows,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 6,
      tickFormat: (rows: number) => (/^[125]/.test(String(rows)) ? numberText(rows) : ''),
    },
    y: { tickFormat: percent, label: null, ticks: 5, nice: true },
    marks: [
      Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleX([now], { stroke: 'var(--soft)', strokeDasharray: '4,4' }),
      Plot.text([now], {
        x: (rows: number) => rows,
        frameAnchor: 'top',
        dy: -14,
        text: () => text.curve.now,
        fill: 'var(--soft)',
      }),
      ...curves.flatMap(({ curve, color }) => [
        Plot.areaY(curve.fit?.band ?? [], {
          x: 'rows',
          y1: 'low',
          y2: 'high',
          fill: color,
          fillOpacity: 0.16,
        }),
        Plot.line(curve.fit?.band ?? [], { x: 'rows', y: 'value', stroke: color, strokeWidth: 2 }),
      ]),
      Plot.ruleX(points, {
        x: 'rows',
        y1: 'low',
        y2: 'high',
        stroke: 'color',
        strokeWidth: 3,
        strokeOpacity: 0.5,
      }),
      Plot.dot(points, {
        x: 'rows',
        y: 'value',
        r: 4.5,
        fill: 'color',
        stroke: 'var(--paper)',
        strokeWidth: 1.5,
      }),
    ],
  });
}
