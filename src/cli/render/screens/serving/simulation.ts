import type { Simulation } from '../../../../app/app.ts';
import { countText, decimal, dollarsText, estimateText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { table } from '../../table.ts';
import { facts } from '../facts.ts';

const barWidth = 24;
type CurvePoint = Simulation['curve'][number];
type ReliabilityBin = Simulation['reliability'][number];

/** A calibrated policy on the test rows: operating point, risk by coverage with cost, reliability. */
export function simulationScreen(screen: Screen, simulation: Simulation): string {
  const { operating } = simulation;
  const reasons = Object.entries(operating.reasons)
    .sort((a, b) => b[1] - a[1])
    .map(([reason, count]) => `${reason} ${count}`);
  return [
    screen.bold(`The cascade on ${simulation.source}`),
    facts(screen, [
      ['answered locally', estimateText(operating.coverage)],
      ['wrong among them', estimateText(operating.localError)],
      [
        'right, cascade',
        operating.right === null ? 'the large model’s answers are not known' : estimateText(operating.right),
      ],
      ['right, specialist alone', estimateText(operating.specialistRight)],
      ['right, large alone', operating.largeRight === null ? null : estimateText(operating.largeRight)],
      [
        'cost of 1,000 requests',
        operating.costUsdPer1k === null
          ? null
          : `${dollarsText(operating.costUsdPer1k)}; ${dollarsText(operating.largeCostUsdPer1k)} with the large model alone`,
      ],
      ['escalated', reasons.length === 0 ? 'nothing' : reasons.join(', ')],
      ['AUROC', estimateText(simulation.auroc)],
      ['AURC', estimateText(simulation.aurc)],
    ]),
    '',
    screen.bold('Wrong among the surest answers, by share answered locally'),
    curveTable(screen, simulation.curve),
    '',
    screen.bold('Stated confidence against share right (· stated, █ right)'),
    ...simulation.reliability.map(bin => reliabilityLine(screen, bin)),
    '',
    screen.dim('Test rows report; they never choose: thresholds rest on calibration rows.'),
  ].join('\n');
}

function curveTable(screen: Screen, curve: readonly CurvePoint[]): string {
  const highest = Math.max(1e-9, ...curve.map(point => point.risk?.value ?? 0));
  const points = curve.filter(point => point.answered > 0);
  const columns = [
    { title: 'LOCAL', cell: (point: CurvePoint) => decimal(point.coverage), align: 'right' as const },
    {
      title: 'WRONG',
      cell: (point: CurvePoint) => decimal(point.risk?.value ?? 0),
      align: 'right' as const,
    },
    {
      title: '95% INTERVAL',
      cell: ({ risk }: CurvePoint) => (risk === null ? '-' : `[${decimal(risk.low)}, ${decimal(risk.high)}]`),
    },
    {
      title: 'CASCADE RIGHT',
      cell: ({ right }: CurvePoint) => (right === null ? '-' : decimal(right.value)),
      align: 'right' as const,
    },
    {
      title: '$/1000',
      cell: ({ costUsdPer1k }: CurvePoint) => (costUsdPer1k === null ? '-' : dollarsText(costUsdPer1k)),
      align: 'right' as const,
    },
    {
      title: '',
      cell: ({ risk }: CurvePoint) => '█'.repeat(Math.round(((risk?.value ?? 0) / highest) * barWidth)),
      shrinkTo: 10,
    },
  ].filter(
    ({ title }) =>
      (title !== '$/1000' || points.some(point => point.costUsdPer1k !== null)) &&
      (title !== 'CASCADE RIGHT' || points.some(point => point.right !== null)),
  );
  return points.length === 0 ? '  no answer could be given locally' : table(screen, columns, points);
}

/** A bar for the share right with a mark where the stated confidence lies. */
function reliabilityLine(screen: Screen, bin: ReliabilityBin): string {
  const width = 30;
  const filled = Math.round(bin.right * width);
  const mark = Math.min(width - 1, Math.floor(bin.stated * width));
  const cells = Array.from({ length: width }, (_, at) => (at === mark ? '·' : at < filled ? '█' : '░'));
  return `  ${decimal(bin.low)}–${decimal(bin.high)}  ${screen.accent(cells.join(''))}  ${decimal(bin.stated)} → ${decimal(bin.right)}  ${countText(bin.rows, 'row')}`;
}
