import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { intervalFigure } from './interval-chart.ts';

const estimate = (value: number) => ({
  value,
  low: value - 0.1,
  high: value + 0.1,
  n: 124,
  method: 'wilson',
  confidence: 0.95,
});
const long = 'The small model with the long name, without';
const rows = [
  { title: `${long} training`, estimate: estimate(0.2), color: 'var(--base)' },
  { title: `${long} any examples`, estimate: estimate(0.4), color: 'var(--base)' },
  { title: 'Specialist', estimate: estimate(0.7), color: 'var(--specialist)' },
];

it('is drawn for wide and for narrow pages, each row with its dot, bar and number, also where cut titles are alike', () => {
  const { document } = parseHTML(`<html><body>${intervalFigure('Accuracy', rows).text}</body></html>`);
  const figures = [...document.querySelectorAll('figure')];
  expect(figures.map(figure => figure.getAttribute('class'))).toEqual(['wide redrawn', 'narrow']);
  for (const figure of figures) {
    const dots = [...figure.querySelectorAll('circle')];
    expect(new Set(dots.map(dot => dot.getAttribute('cy'))).size).toBe(3);
    expect(figure.textContent).toContain('70 %  [60, 80]');
    expect(figure.textContent).toContain('Specialist');
    expect(figure.querySelector('svg')!.getAttribute('aria-label')).toBe('Accuracy');
  }
});
