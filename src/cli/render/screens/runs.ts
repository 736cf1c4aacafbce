import type { RunComparison } from '../../../app/app.ts';
import type { RunRecord } from '../../../core/run-record.ts';
import { bytesText, differenceText, durationText, estimateText } from '../numbers.ts';
import type { Screen } from '../screen.ts';
import { table } from '../table.ts';
import { oneLine, printable, wrap } from '../text.ts';
import { facts } from './facts.ts';

/** Runs, a line each. `stages` are those that have runs, for when none is left of the one asked for. */
export function runsScreen(
  screen: Screen,
  runs: readonly RunRecord[],
  total: number,
  stages: readonly string[] = [],
): string {
  if (runs.length === 0 && stages.length > 0)
    return `None of that stage. There are runs of: ${stages.join(', ')}`;
  if (runs.length === 0) return `No runs yet. ${screen.accent('stepdown run')} makes the first.`;
  const drawn = table(
    screen,
    [
      { title: 'RUN', cell: run => run.id },
      { title: 'STATUS', cell: run => run.status },
      { title: 'TOOK', cell: took, align: 'right' },
      { title: 'ERROR', cell: run => run.error?.code ?? '', shrinkTo: 8, optional: true },
    ],
    runs,
  );
  return total > runs.length
    ? `${drawn}\n${screen.dim(`  ${total - runs.length} older: --limit ${total}`)}`
    : drawn;
}

/** One run in full. */
export function runScreen(screen: Screen, run: RunRecord): string {
  const status =
    run.status === 'completed'
      ? screen.good
      : run.status === 'running'
        ? screen.accent
        : run.status === 'failed'
          ? screen.bad
          : screen.caution;
  const lines = [
    `${screen.bold(run.id)}  ${status(run.status)}`,
    facts(screen, [
      ['stage', run.stage],
      ['started', run.startedAt],
      ['took', took(run)],
      ['input hash', run.inputHash.slice(0, 16)],
    ]),
  ];
  const section = (title: string, rows: readonly (readonly [string, string])[]) => {
    if (rows.length > 0) lines.push('', screen.bold(title), facts(screen, rows));
  };
  section('Parameters', flatten(run.parameters));
  section('Seeds', flatten(run.seeds));
  section('Inputs', run.inputs.map(artifactRow));
  section('Outputs', run.outputs.map(artifactRow));
  section('Environment', flatten(run.environment));
  if (run.error !== null) {
    lines.push(
      '',
      `${screen.bad('Failed')}  ${wrap(printable(run.error.message), screen.columns - 8, '        ')}`,
      `${screen.accent('Hint')}    ${wrap(printable(run.error.hint), screen.columns - 8, '        ')}`,
    );
  }
  return lines.join('\n');
}

/** Two runs: parameters that differ, and metrics with a paired difference. */
export function comparisonScreen(screen: Screen, comparison: RunComparison): string {
  const { a, b, parameters, metrics } = comparison;
  const lines = [
    facts(screen, [
      ['a', a.id],
      ['b', b.id],
    ]),
    '',
  ];
  if (parameters.length === 0) lines.push('Same parameters.');
  else {
    lines.push(
      table(
        screen,
        [
          { title: 'PARAMETER', cell: row => row.key, shrinkTo: 20 },
          { title: 'A', cell: row => oneLine(valueText(row.a), 40), shrinkTo: 10 },
          { title: 'B', cell: row => oneLine(valueText(row.b), 40), shrinkTo: 10 },
        ],
        parameters,
      ),
    );
  }
  for (const metric of metrics) {
    const pValue = metric.pValue === null ? '' : `, p = ${pText(metric.pValue)}`;
    lines.push(
      '',
      screen.bold(metric.name),
      facts(screen, [
        ['a', estimateText(metric.a)],
        ['b', estimateText(metric.b)],
        ['b minus a', metric.difference === null ? null : `${differenceText(metric.difference)}${pValue}`],
      ]),
    );
  }
  if (comparison.unpaired !== null) {
    lines.push('', screen.caution(wrap(`Not paired: ${comparison.unpaired}`, screen.columns)));
  }
  return lines.join('\n');
}

/** A p-value for people; tiny ones are only bounded. */
export function pText(pValue: number): string {
  return pValue < 0.001 ? '<0.001' : pValue.toFixed(3);
}

function took(run: RunRecord): string {
  if (run.endedAt === null) return '-';
  return durationText((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000);
}

function artifactRow(artifact: RunRecord['outputs'][number]): readonly [string, string] {
  return [
    artifact.kind,
    `${artifact.path}  ${bytesText(artifact.sizeBytes)}  ${artifact.sha256.slice(0, 12)}`,
  ];
}

/** Values by dotted key, as `runs compare` names them; a list is one value, and what lies deeper than `levels`. */
function flatten(
  record: Readonly<Record<string, unknown>>,
  levels = 3,
  prefix = '',
): (readonly [string, string])[] {
  return Object.entries(record).flatMap(([name, value]) => {
    const key = `${prefix}${name}`;
    return levels > 1 && isRecord(value)
      ? flatten(value, levels - 1, `${key}.`)
      : [[key, oneLine(valueText(value), 400)] as const];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in words that a line can be broken between. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length > 0) return value.map(valueText).join(', ');
  return JSON.stringify(value, null, 1) ?? '-';
}
