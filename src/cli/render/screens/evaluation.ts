import type { Evaluation, GateResult, QuantizationResult } from '../../../core/evaluation.ts';
import { bytesText, countText, decimal, differenceText, estimateText, intervalTitle } from '../numbers.ts';
import type { Screen } from '../screen.ts';
import { table } from '../table.ts';
import { oneLine, printable, wrap } from '../text.ts';
import { pText } from './runs.ts';
import { systemsTable } from './systems.ts';

/** Everything measured on the test split, most important first. */
export function evaluationScreen(screen: Screen, evaluation: Evaluation): string {
  const rows = countText(evaluation.testRows, 'sealed test row');
  const groups =
    evaluation.testGroups === evaluation.testRows ? '' : ` in ${countText(evaluation.testGroups, 'group')}`;
  const blocks = [
    `${screen.bold('Evaluation')}  ${rows}${groups}`,
    systemsTable(screen, evaluation.systems, evaluation.primaryMetric),
    comparisonLines(screen, evaluation),
    evaluation.gates.map(gate => gateText(screen, gate)).join('\n'),
    quantizationTable(screen, evaluation.quantizations),
    parityText(screen, evaluation),
    forgettingText(screen, evaluation),
    evaluation.findings
      .map(finding => `${screen.accent('•')} ${wrap(printable(finding.text), screen.columns - 2, '  ')}`)
      .join('\n'),
  ];
  return blocks.filter(block => block !== '').join('\n\n');
}

function comparisonLines(screen: Screen, evaluation: Evaluation): string {
  const titles = new Map(evaluation.systems.map(system => [system.id, system.title]));
  return evaluation.comparisons
    .filter(comparison => comparison.metric === evaluation.primaryMetric)
    .map(comparison => {
      const pair = `${titles.get(comparison.system) ?? comparison.system} against ${titles.get(comparison.reference) ?? comparison.reference}`;
      const pValue = comparison.pValue === null ? '' : `, p = ${pText(comparison.pValue)}`;
      return [
        `  ${oneLine(pair, screen.columns - 2)}`,
        `    ${differenceText(comparison.difference)}${pValue}; won ${comparison.wins}, lost ${comparison.losses}`,
      ].join('\n');
    })
    .join('\n');
}

/** A gate: its outcome, its name, and why. */
export function gateText(screen: Screen, gate: GateResult): string {
  const outcome = {
    pass: screen.good('pass'),
    fail: screen.bad('FAIL'),
    'not-enough-rows': screen.caution('NOT ENOUGH ROWS'),
  }[gate.outcome];
  return [
    `${screen.bold('Gate')}  ${outcome}  ${printable(gate.name)}`,
    `      ${wrap(printable(gate.explanation), screen.columns - 6, '      ')}`,
  ].join('\n');
}

function quantizationTable(screen: Screen, quantizations: readonly QuantizationResult[]): string {
  if (quantizations.length === 0) return '';
  return table(
    screen,
    [
      { title: 'QUANTIZATION', cell: row => `${row.id}${row.picked ? ' (picked)' : ''}` },
      { title: 'SIZE', cell: row => bytesText(row.sizeBytes), align: 'right' },
      { title: 'SCORE', cell: row => decimal(row.score.value), align: 'right' },
      {
        title: intervalTitle(quantizations[0]?.score),
        cell: row => `[${decimal(row.score.low)}, ${decimal(row.score.high)}]`,
      },
      { title: 'ROWS', cell: row => String(row.score.n), align: 'right' },
      { title: 'FLIPS', cell: row => String(row.flips), align: 'right' },
      {
        title: 'TOK/S',
        cell: row => String(Math.round(row.tokensPerSecond)),
        align: 'right',
        optional: true,
      },
    ],
    quantizations,
  );
}

function parityText(screen: Screen, { parity, parityNotChecked }: Evaluation): string {
  if (parity === null)
    return parityNotChecked === null
      ? ''
      : `${screen.bold('Parity')}  ${screen.caution('not checked')}: ${wrap(printable(parityNotChecked), screen.columns - 21, '        ')}`;
  const outcome = parity.pass ? screen.good('pass') : screen.bad('FAIL');
  const tokens = parity.tokenMismatches === 0 ? '' : `, ${parity.tokenMismatches} with other prompt tokens`;
  return `${screen.bold('Parity')}  ${outcome}  trainer and served file differ on ${parity.disagreements} of ${countText(parity.rows, 'row')}${tokens}`;
}

function forgettingText(screen: Screen, { forgetting }: Evaluation): string {
  if (forgetting === null) return '';
  return [
    `${screen.bold('Forgetting')}  ${forgetting.probe}`,
    `  base        ${estimateText(forgetting.base)}`,
    `  specialist  ${estimateText(forgetting.specialist)}`,
    `  difference  ${differenceText(forgetting.delta)}`,
    ...(forgetting.informative
      ? []
      : [
          `  ${wrap(`${screen.caution('Says little')}: the base is near chance (${decimal(forgetting.chance ?? 0)}), so these questions cannot show what was forgotten.`, screen.columns - 2, '  ')}`,
        ]),
  ].join('\n');
}
