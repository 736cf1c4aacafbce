import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html } from '../html.ts';

/**
 * Draws a plot as static SVG text. Colours are the style sheet's variables, so one drawing serves light,
 * dark and paper.
 * @param label what a reader who cannot see it is told
 */
export function drawSvg(label: string, options: Plot.PlotOptions): Html {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({
    ...options,
    document: document as unknown as NonNullable<Plot.PlotOptions['document']>,
    style: { fontSize: '13px', background: 'transparent', fontFamily: 'inherit', overflow: 'visible' },
  });
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  return new Html(svg.outerHTML);
}
