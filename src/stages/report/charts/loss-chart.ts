import * as Plot from '@observablehq/plot';
import type { TrainResult } from '../../../core/trainer.ts';
import { drawSvg } from '../../../document/charts/svg.ts';
import type { Html } from '../../../document/html.ts';

/** Training and validation loss by epoch; a rule marks the epoch whose weights were kept. */
export function lossChart(label: string, training: TrainResult): Html {
  const train = training.lossCurve.flatMap(({ epoch, trainLoss }) =>
    trainLoss === null ? [] : [{ epoch, loss: trainLoss }],
  );
  const validation = training.lossCurve.flatMap(({ epoch, validationLoss }) =>
    validationLoss === null ? [] : [{ epoch, loss: validationLoss }],
  );
  return drawSvg(label, {
    width: 860,
    height: 280,
    marginLeft: 56,
    marginRight: 40,
    marginTop: 22,
    marginBottom: 42,
    x: { label: 'epoch', labelAnchor: 'center', labelArrow: 'none', ticks: 8 },
    y: { label: null, zero: true, nice: true, ticks: 5 },
    marks: [
      Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleX([training.bestEpoch], { stroke: 'var(--faint)', strokeDasharray: '3,3' }),
      Plot.text([{ epoch: training.bestEpoch }], {
        x: 'epoch',
        frameAnchor: 'top',
        dy: -12,
        text: () => 'kept',
        fill: 'var(--soft)',
      }),
      Plot.line(train, {
        x: 'epoch',
        y: 'loss',
        stroke: 'var(--train)',
        strokeWidth: 1,
        strokeOpacity: 0.35,
      }),
      Plot.line(
        train,
        Plot.windowY(
          { k: Math.max(1, Math.round(train.length / 25)), anchor: 'middle', reduce: 'mean' },
          { x: 'epoch', y: 'loss', stroke: 'var(--train)', strokeWidth: 2 },
        ),
      ),
      Plot.line(validation, { x: 'epoch', y: 'loss', stroke: 'var(--specialist)', strokeWidth: 2 }),
      Plot.dot(validation, { x: 'epoch', y: 'loss', fill: 'var(--specialist)', r: 3.5 }),
    ],
  });
}
