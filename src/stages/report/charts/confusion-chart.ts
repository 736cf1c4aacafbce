import * as Plot from '@observablehq/plot';
import type { SystemResult } from '../../../core/evaluation.ts';
import { shorten } from '../../../document/charts/interval-chart.ts';
import { drawSvg } from '../../../document/charts/svg.ts';
import type { Html } from '../../../document/html.ts';

type Confusion = NonNullable<SystemResult['confusion']>;

/** Most labels a matrix stays readable with; with more, those with the most rows in error are shown. */
export const maxConfusionLabels = 24;

/** True label down, answer across; shade is the share of the true label's rows. */
export function confusionChart(label: string, confusion: Confusion): Html {
  const names = [...confusion.labels, 'other'];
  const shown = mostConfused(confusion);
  const columns = [
    ...shown,
    ...(confusion.matrix.some(row => (row.at(-1) ?? 0) > 0) ? [names.length - 1] : []),
  ];
  const name = (index: number) => `${index + 1} ${shorten(names[index] ?? '', 30)}`;
  const head = (index: number) => (index === names.length - 1 ? 'other' : String(index + 1));
  const cells = shown.flatMap(row => {
    const counts = confusion.matrix[row] ?? [];
    const support = counts.reduce((sum, value) => sum + value, 0);
    return columns.flatMap(column => {
      const value = counts[column] ?? 0;
      return value === 0
        ? []
        : [{ truth: name(row), answer: head(column), value, share: value / support, right: row === column }];
    });
  });
  const side = 24;
  return drawSvg(label, {
    width: 250 + columns.length * side + 12,
    height: 40 + shown.length * side + 6,
    marginLeft: 250,
    marginTop: 36,
    marginRight: 8,
    marginBottom: 4,
    x: {
      domain: columns.map(head),
      axis: 'top',
      label: 'answered',
      labelAnchor: 'center',
      labelArrow: 'none',
      tickSize: 0,
    },
    y: { domain: shown.map(name), label: null, tickSize: 0 },
    marks: [
      Plot.frame({ stroke: 'var(--line)' }),
      Plot.cell(cells, {
        x: 'answer',
        y: 'truth',
        inset: 1,
        rx: 3,
        fill: cell => `rgba(var(--heat), ${(0.12 + 0.6 * cell.share).toFixed(2)})`,
        stroke: cell => (cell.right ? 'none' : 'var(--bad)'),
        strokeWidth: 1,
        strokeOpacity: 0.55,
      }),
      Plot.text(cells, {
        x: 'answer',
        y: 'truth',
        text: cell => String(cell.value),
        fill: 'var(--ink)',
        fontSize: 12,
      }),
    ],
  });
}

/** Indices of the labels to show, in label order. */
function mostConfused({ labels, matrix }: Confusion): number[] {
  const present = labels
    .map((_label, index) => {
      const row = matrix[index] ?? [];
      const wrong = row.reduce((sum, value, column) => (column === index ? sum : sum + value), 0);
      const attracted = matrix.reduce(
        (sum, other, at) => (at === index ? sum : sum + (other[index] ?? 0)),
        0,
      );
      return { index, weight: wrong + attracted, support: row.reduce((sum, value) => sum + value, 0) };
    })
    .filter(({ support, weight }) => support + weight > 0);
  return present
    .sort((a, b) => b.weight - a.weight || b.support - a.support)
    .slice(0, maxConfusionLabels)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}
