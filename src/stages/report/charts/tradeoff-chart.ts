import * as Plot from '@observablehq/plot';
import type { QuantizationResult } from '../../../core/evaluation.ts';
import { drawSvg } from '../../../document/charts/svg.ts';
import { percent } from '../../../document/format.ts';
import type { Html } from '../../../document/html.ts';

/** Size against score with its interval, one dot a quantisation; the picked one stands out. */
export function tradeoffChart(label: string, quantizations: readonly QuantizationResult[]): Html {
  const data = quantizations.map(quantization => ({
    name: quantization.id,
    megabytes: quantization.sizeBytes / 1e6,
    value: quantization.score.value,
    low: quantization.score.low,
    high: quantization.score.high,
    color: quantization.picked ? 'var(--specialist)' : 'var(--floor)',
  }));
  const low = Math.max(0, Math.min(...data.map(row => row.low)) - 0.03);
  const high = Math.min(1, Math.max(...data.map(row => row.high)) + 0.05);
  return drawSvg(label, {
    width: 860,
    height: 300,
    marginLeft: 56,
    marginRight: 40,
    marginTop: 16,
    marginBottom: 42,
    x: {
      label: 'size of the served file, MB',
      labelAnchor: 'center',
      labelArrow: 'none',
      nice: true,
      zero: true,
      ticks: 6,
    },
    y: { domain: [low, high], tickFormat: percent, label: null, ticks: 5 },
    marks: [
      Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleX(data, {
        x: 'megabytes',
        y1: 'low',
        y2: 'high',
        stroke: 'color',
        strokeWidth: 5,
        strokeOpacity: 0.3,
      }),
      Plot.dot(data, {
        x: 'megabytes',
        y: 'value',
        r: 5.5,
        fill: 'color',
        stroke: 'var(--paper)',
        strokeWidth: 1.5,
      }),
      // Neighbours in size alternate between above and below, so that names do not collide.
      ...[0, 1].map(parity =>
        Plot.text(
          [...data].sort((a, b) => a.megabytes - b.megabytes).filter((_row, index) => index % 2 === parity),
          {
            x: 'megabytes',
            y: parity === 0 ? 'high' : 'low',
            dy: parity === 0 ? -9 : 11,
            text: 'name',
            fill: 'var(--ink)',
            fontSize: 12,
          },
        ),
      ),
    ],
  });
}
