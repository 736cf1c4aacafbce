import * as Plot from '@observablehq/plot';
import { numberText } from '../../../../core/number-text.ts';
import { drawSvg } from '../../../../document/charts/svg.ts';
import type { Html } from '../../../../document/html.ts';
import { type OptionId, optionIds } from '../../cost/compare.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';

/** Colour of every option, a variable of the style sheet. */
export const optionColors: Readonly<Record<OptionId, string>> = {
  'keep-large-model': 'var(--large)',
  'large-model-with-retrieval': 'var(--base)',
  'own-specialist': 'var(--specialist)',
  cascade: 'var(--good)',
};

/** Cost of 1,000 requests against the rate, both axes logarithmic; today and the break-even are marked. */
export function costChart({ decision, costByRate }: DecisionDocumentData, text: DocumentText): Html {
  const lines = optionIds.map(id => ({
    id,
    points: costByRate.map(({ requestsPerSecond, per1kUsd }) => ({
      rate: requestsPerSecond,
      usd: per1kUsd[id],
    })),
  }));
  const { requestsPerSecond: from, low, high, of } = decision.breakEven;
  // Without an upper end the band runs to the edge: some draws have no break-even.
  const band = low === null ? [] : [{ low, high: high ?? costByRate.at(-1)!.requestsPerSecond }];
  const marks: { rate: number; name: string; color: string }[] = [
    { rate: decision.requestsPerSecond, name: text.cost.now, color: 'var(--soft)' },
  ];
  if (from !== null) marks.push({ rate: from, name: text.cost.breakEven, color: 'var(--ink)' });
  const crossing =
    from === null ? [] : [{ rate: from, usd: decision.cost['keep-large-model'].per1kRequestsUsd.value }];
  return drawSvg(text.cost.chart, {
    width: 860,
    height: 330,
    marginLeft: 76,
    marginRight: 24,
    marginTop: 26,
    marginBottom: 44,
    x: {
      type: 'log',
      label: text.cost.rate,
      labelAnchor: 'center',
      labelArrow: 'none',
      tickFormat: (value: number) => (isDecade(value) ? numberText(value) : ''),
      ticks: 6,
    },
    y: {
      type: 'log',
      label: null,
      ticks: 5,
      tickFormat: (value: number) => (isDecade(value) ? numberText(value, 'usd').replace(/\.00$/, '') : ''),
    },
    marks: [
      Plot.rectX(band, { x1: 'low', x2: 'high', fill: 'var(--ink)', fillOpacity: 0.08 }),
      Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 0.7 }),
      Plot.ruleX(marks, { x: 'rate', stroke: 'color', strokeDasharray: '4,4' }),
      Plot.text(marks, {
        x: 'rate',
        frameAnchor: 'top',
        dy: -16,
        text: 'name',
        fill: 'color',
        fontWeight: 600,
      }),
      ...lines.map(({ id, points }) =>
        Plot.line(points, {
          x: 'rate',
          y: 'usd',
          stroke: optionColors[id],
          strokeWidth: id === of || id === 'keep-large-model' ? 2.6 : 1.5,
          ...(decision.cost[id].allowed ? {} : { strokeDasharray: '5,4' }),
        }),
      ),
      Plot.dot(crossing, {
        x: 'rate',
        y: 'usd',
        r: 5.5,
        fill: 'var(--ink)',
        stroke: 'var(--paper)',
        strokeWidth: 1.5,
      }),
    ],
  });
}

function isDecade(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
}
