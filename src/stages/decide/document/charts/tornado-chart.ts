import * as Plot from '@observablehq/plot';
import { shorten } from '../../../../document/charts/interval-chart.ts';
import { drawSvg } from '../../../../document/charts/svg.ts';
import type { Html } from '../../../../document/html.ts';
import type { TornadoBar } from '../../cost/economics.ts';
import type { DocumentText } from '../english.ts';
import { rangeText } from '../range-text.ts';

/** Bars that are drawn: the others move the result less than these. */
const shownBars = 9;

/** One bar a quantity, the widest first: from the saving at the low end of its range to that at the high end. */
export function tornadoChart(bars: readonly TornadoBar[], savingUsd: number, text: DocumentText): Html {
  const data = bars.slice(0, shownBars).map(bar => ({
    title: `${shorten(bar.label, 44)}`,
    range: rangeText(
      bar.low,
      bar.high,
      bar.unit.startsWith('USD') ? 'USD' : bar.unit.startsWith('share') ? bar.unit : '',
    ),
    low: bar.savingAtLowUsd,
    high: bar.savingAtHighUsd,
  }));
  const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
  return drawSvg(text.tornado.chart, {
    width: 860,
    height: 56 + data.length * 27,
    marginLeft: 286,
    marginRight: 128,
    marginTop: 8,
    marginBottom: 42,
    x: {
      nice: true,
      ticks: 6,
      label: text.tornado.saving,
      labelAnchor: 'center',
      labelArrow: 'none',
      tickFormat: (value: number) => `${value < 0 ? '−' : ''}$${compact.format(Math.abs(value))}`,
    },
    y: { domain: data.map(bar => bar.title), label: null, tickSize: 0, padding: 0.3 },
    marks: [
      Plot.gridX({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 0.7 }),
      Plot.barX(data, { y: 'title', x1: savingUsd, x2: 'low', fill: 'var(--base)', rx: 2 }),
      Plot.barX(data, { y: 'title', x1: savingUsd, x2: 'high', fill: 'var(--specialist)', rx: 2 }),
      Plot.ruleX([savingUsd], { stroke: 'var(--ink)' }),
      Plot.text(data, {
        y: 'title',
        frameAnchor: 'right',
        dx: 124,
        textAnchor: 'end',
        fill: 'var(--soft)',
        fontSize: 12,
        text: 'range',
      }),
    ],
  });
}
