import type { ModelSummary, ModelView } from '../../../app/app.ts';
import { bytesText, countText, parametersText } from '../numbers.ts';
import type { Screen } from '../screen.ts';
import { table } from '../table.ts';
import { facts } from './facts.ts';

/** The catalogue, a line a model. */
export function modelsScreen(screen: Screen, models: readonly ModelSummary[]): string {
  const drawn = table(
    screen,
    [
      { title: 'MODEL', cell: model => model.id, shrinkTo: 24 },
      { title: 'PARAMS', cell: model => parametersText(model.parameters), align: 'right' },
      { title: 'SIZE', cell: model => bytesText(model.sizeBytes), align: 'right' },
      { title: 'HERE', cell: model => (model.cached ? 'yes' : '-') },
      { title: 'TRAINS', cell: model => (model.trains === null ? '?' : model.trains ? 'yes' : 'no') },
      { title: 'LICENCE', cell: model => model.licence, shrinkTo: 12 },
      {
        title: 'CONTEXT',
        cell: model => model.contextTokens?.toLocaleString('en-US') ?? '?',
        align: 'right',
        optional: true,
      },
    ],
    models,
  );
  return [
    drawn,
    '',
    screen.dim('HERE: on this machine. TRAINS: LoRA fits in the memory that is free now.'),
    `Any other model works by reference: ${screen.accent('stepdown models --help')}`,
  ].join('\n');
}

/** One model: what it is, where it is, and what each use of it needs. */
export function modelScreen(screen: Screen, view: ModelView): string {
  const { summary, resolved, fit } = view;
  const lines = [
    screen.bold(summary.title),
    facts(screen, [
      ['id', summary.id],
      ['reference', summary.reference],
      ['licence', resolved?.licence ?? summary.licence],
      ['parameters', parametersText(resolved?.parameters ?? summary.parameters)],
      ['context', tokens(resolved?.contextTokens ?? summary.contextTokens)],
      ['architecture', resolved?.architecture ?? null],
      ['layers', resolved === null ? null : String(resolved.layers)],
      ['size', bytesText(resolved?.sizeBytes ?? summary.sizeBytes)],
      ['file', resolved?.path ?? null],
      ['sha256', resolved?.sha256 ?? null],
    ]),
  ];
  if (resolved === null) {
    lines.push('', `Not on this machine yet: ${screen.accent(`stepdown models pull ${summary.id}`)}`);
  }
  if (fit !== null) {
    lines.push(
      '',
      `${screen.bold('Memory')}  ${bytesText(fit.availableBytes)} free on ${fit.device}`,
      table(
        screen,
        [
          { title: 'USE', cell: row => row.use },
          { title: 'NEEDS', cell: row => bytesText(row.memoryBytes), align: 'right' },
          { title: 'FITS', cell: row => (row.fits ? 'yes' : 'no') },
          { title: '', cell: row => row.note ?? '', shrinkTo: 10 },
        ],
        fit.rows,
      ),
    );
  }
  return lines.join('\n');
}

function tokens(count: number | null): string {
  return count === null ? 'unknown' : countText(count, 'token');
}
