import type { LearningCurveView } from '../../../../app/app.ts';
import type { LearningCurve } from '../../../../core/learning-curve.ts';
import { curveChart } from '../../curve-chart.ts';
import { countText, decimal, differenceText, estimateText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { table } from '../../table.ts';
import { printable, wrap } from '../../text.ts';
import { facts } from '../facts.ts';

/** What more rows would buy: the answers first, then the chart and the points it rests on. */
export function curveScreen(screen: Screen, view: LearningCurveView): string {
  const source = view.source.file ?? `dataset ${view.source.datasetHash?.slice(0, 12) ?? ''}`;
  return [
    `${screen.bold('Learning curve')}\n  ${wrap(`${printable(source)} · ${countText(view.cheap.rows, 'development row')}`, screen.columns - 2, '  ')}`,
    ...[view.cheap, view.specialist].flatMap(curve => (curve === null ? [] : [curveBlock(screen, curve)])),
    screen.dim(
      wrap(
        view.runId === null
          ? 'Nothing was kept: this is no workspace.'
          : `Kept as ${view.runId}; stepdown decide reads it.`,
        screen.columns,
      ),
    ),
  ].join('\n\n');
}

function curveBlock(screen: Screen, curve: LearningCurve): string {
  const { fit, metric } = curve;
  const title = `${screen.bold(wrap(printable(curve.model.title), screen.columns))}\n  ${screen.dim(metric)}`;
  const points = table(
    screen,
    [
      { title: 'TRAINED ON', cell: point => point.rows.toLocaleString('en-US'), align: 'right' },
      { title: metric.toUpperCase(), cell: point => decimal(point.score.value), align: 'right' },
      {
        title: '95% INTERVAL',
        cell: point => `[${decimal(point.score.low)}, ${decimal(point.score.high)}]`,
      },
      { title: 'MODELS', cell: point => String(point.fits), align: 'right' },
      { title: 'SCORED ROWS', cell: point => point.score.n.toLocaleString('en-US'), align: 'right' },
    ],
    curve.points,
  );
  if (fit === null) {
    const why = wrap(`No curve: ${curve.notFitted ?? 'the points do not carry one'}`, screen.columns);
    return [title, screen.caution(why), ...(curve.points.length === 0 ? [] : [points])].join('\n');
  }
  const answers = facts(screen, [
    ['with the rows there are', estimateText(fit.now)],
    ['with twice the rows', estimateText(fit.doubled)],
    ['twice the rows buy', differenceText(fit.gain)],
    ['with ever more rows', estimateText(fit.asymptote)],
    [curve.target === null ? 'a score' : `for ${curve.target.score}`, curve.target?.explanation ?? null],
  ]);
  const law = `${decimal(fit.asymptote.value)} − ${fit.amplitude.toPrecision(3)} · rows^−${fit.exponent.toFixed(2)}`;
  const note = `${law}. ┊ marks the rows there are.${curve.isCheapModel ? ' A specialist may lie higher; --with specialist measures it.' : ''}`;
  return [
    title,
    answers,
    '',
    curveChart(screen, curve),
    '',
    points,
    screen.dim(wrap(note, screen.columns)),
  ].join('\n');
}
