import type { CascadeCalibrationView, CascadeExplanation } from '../../../../app/app.ts';
import { countText, decimal, estimateText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { table } from '../../table.ts';
import { oneLine, printable, wrap } from '../../text.ts';
import { facts } from '../facts.ts';

/** What was calibrated: the promise first, then what it rests on. */
export function calibrationScreen(screen: Screen, view: CascadeCalibrationView): string {
  const { calibration } = view;
  const { goal, rows, diagnostics, local, help, scope } = calibration;
  const verdict = goal.met ? screen.good('Promised') : screen.bad('Not promised');
  const region = {
    none: 'nothing: every request is escalated',
    all: 'every valid answer in scope',
    above: local.kind === 'above' ? `answers with a score above ${decimal(local.score)}` : '',
  }[local.kind];
  const error = diagnostics.calibrationError;
  return [
    `${verdict}  ${wrap(goal.statement, screen.columns - 14, '              '.slice(0, goal.met ? 10 : 14))}`,
    '',
    facts(screen, [
      [
        'answered locally',
        calibration.escalateLowConfidence ? region : 'every valid answer in scope, unsure ones too',
      ],
      ['escalating', help.explanation],
      [
        'rows',
        `${countText(rows.calibration, 'calibration row')}: ${rows.fitted}${rows.fittedOn === 'validation' ? ' validation rows' : ''} fitted the score, ${rows.tested} tested the threshold${rows.dependent > 0 ? `, ${rows.dependent} left out for another row of their group` : ''}`,
      ],
      [
        'score',
        calibration.score.kind === 'single'
          ? `${calibration.score.signals[0]?.name}, as it is`
          : calibration.score.signals.map(signal => signal.name).join(' + '),
      ],
      ['calibrator', calibration.calibrator.kind],
      [
        'scope',
        scope === null
          ? 'not checked'
          : `out below similarity ${decimal(scope.threshold)} (${percent(scope.share)} of training inputs)`,
      ],
      ['audit', `${percent(calibration.auditShare)} of requests escalated at random`],
      ['share right', estimateText(diagnostics.accuracy)],
      ['AUROC', estimateText(diagnostics.auroc)],
      ['AURC', estimateText(diagnostics.aurc)],
      ['calibration error', error === null ? 'too few rows' : `${decimal(error)} (cross-fitted)`],
    ]),
    '',
    `${screen.good('Wrote')}  ${view.file}`,
  ].join('\n');
}

/** One decision, taken apart. */
export function explanationScreen(screen: Screen, explanation: CascadeExplanation): string {
  const { decision, score, local, signals, scopeThreshold } = explanation;
  const confidence = decision.confidence === null ? 'not known' : decimal(decision.confidence);
  const lines = [
    explanation.text === null
      ? screen.bad(`The specialist failed: ${oneLine(explanation.error ?? '', screen.columns - 24)}`)
      : screen.bold(printable(explanation.text)),
    `${decision.route === 'local' ? screen.good('Answered locally') : screen.caution('Escalated')}  ${wrap(reasonText(explanation), screen.columns - 18, '  ')}`,
    '',
    facts(screen, [
      ['confidence', `${confidence} (calibrated chance that the answer is right)`],
      ['score', score.score === null ? 'not known' : decimal(score.score)],
      [
        'threshold',
        local.kind === 'above' ? `above ${decimal(local.score)}` : `answers ${local.kind} locally`,
      ],
      [
        'similarity',
        typeof signals['similarity'] === 'number'
          ? `${decimal(signals['similarity'])} to the nearest training input${scopeThreshold === null ? '' : `; out of scope below ${decimal(scopeThreshold)}`}`
          : null,
      ],
      ['valid', explanation.valid === null ? 'nothing to check' : explanation.valid ? 'yes' : 'no'],
      [
        'audit',
        decision.route === 'local'
          ? `${percent(explanation.auditShare)} of such requests are escalated all the same`
          : null,
      ],
    ]),
    '',
    table(
      screen,
      [
        { title: 'SIGNAL', cell: part => part.name },
        { title: 'VALUE', cell: part => (part.value === null ? '-' : decimal(part.value)), align: 'right' },
        { title: 'ADDS', cell: part => (part.adds === null ? '-' : decimal(part.adds)), align: 'right' },
      ],
      [...score.parts],
    ),
  ];
  return lines.join('\n');
}

function reasonText({ decision, escalateLowConfidence }: CascadeExplanation): string {
  switch (decision.reason) {
    case null:
      return escalateLowConfidence
        ? 'sure enough, valid and in scope'
        : 'valid and in scope; unsure answers stay local, as the large model is no better on them';
    case 'low-confidence':
      return 'not sure enough for the threshold';
    case 'invalid-output':
      return 'the answer is no label, or breaks the schema';
    case 'out-of-scope':
      return 'the input is unlike all training inputs';
    case 'specialist-failed':
      return 'the specialist gave no answer';
    case 'too-slow':
      return 'the specialist took too long';
    case 'audit-sample':
      return 'drawn for the audit';
  }
}

/** `1 %`, `2.5 %`. */
function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
