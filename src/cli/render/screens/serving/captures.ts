import type { CaptureExport, CaptureImport, CaptureList } from '../../../../app/captures/views.ts';
import type { CaptureWithFeedback, Feedback } from '../../../../core/capture.ts';
import { bytesText, countText, decimal, dollarsText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { table } from '../../table.ts';
import { oneLine, printable, wrap } from '../../text.ts';
import { facts } from '../facts.ts';

/** Rows listed before the rest is only counted. */
const shown = 5;

/** Captures, a line each. */
export function capturesScreen(screen: Screen, list: CaptureList): string {
  const kept = screen.dim(`  ${countText(list.total, 'capture')} kept, ${bytesText(list.bytes)}`);
  if (list.captures.length === 0) return `No captures that fit.\n${kept}`;
  const drawn = table(
    screen,
    [
      { title: 'CAPTURE', cell: ({ capture }) => capture.id },
      { title: 'AT', cell: ({ capture }) => timeText(capture.at) },
      { title: 'ALIAS', cell: ({ capture }) => oneLine(capture.alias, 128), shrinkTo: 8 },
      { title: 'ROUTE', cell: ({ capture }) => capture.reason ?? capture.route },
      { title: 'STATUS', cell: ({ capture }) => String(capture.status), align: 'right' },
      {
        title: 'ANSWER',
        cell: ({ capture }) => oneLine(capture.answer ?? capture.errorCode ?? '–', 60),
        shrinkTo: 10,
        optional: true,
      },
      { title: 'FEEDBACK', cell: ({ feedback }) => saidText(feedback.at(-1)), shrinkTo: 8, optional: true },
    ],
    list.captures,
  );
  return `${drawn}\n${kept}`;
}

/** One capture in full. */
export function captureScreen(screen: Screen, { capture, feedback }: CaptureWithFeedback): string {
  const tokens = [capture.promptTokens, capture.completionTokens].map(count => count ?? '–').join(' + ');
  const lines = [
    `${screen.bold(printable(capture.id))}  ${capture.status}${capture.errorCode === null ? '' : ` ${capture.errorCode}`}`,
    facts(screen, [
      ['at', timeText(capture.at)],
      ['alias', capture.alias],
      ['endpoint', capture.endpoint],
      ['route', capture.reason === null ? capture.route : `${capture.route}, because ${capture.reason}`],
      ['confidence', capture.confidence === null ? null : decimal(capture.confidence)],
      ['served by', capture.servedBy],
      ['key', capture.keyId],
      ['latency', capture.latencyMs === 0 ? null : `${decimal(capture.latencyMs)} ms`],
      ['tokens', tokens],
      ['cost', capture.costUsd === null ? null : dollarsText(capture.costUsd)],
    ]),
  ];
  const text = (title: string, content: string | null) => {
    if (content !== null)
      lines.push('', screen.bold(title), `  ${wrap(printable(content), screen.columns - 2, '  ')}`);
  };
  for (const message of capture.messages ?? []) text(message.role, message.content);
  text('answer', capture.answer);
  text('the specialist’s own answer', capture.localAnswer);
  text('the large model’s answer', capture.largeAnswer);
  for (const said of feedback) text(`feedback, ${timeText(said.at)}`, saidText(said));
  return lines.join('\n');
}

/** What was written, and what was not. */
export function captureExportScreen(screen: Screen, result: CaptureExport): string {
  const lines = [
    `${screen.bold('Training rows')}  ${result.rows.toLocaleString('en-US')}`,
    facts(screen, [
      ['from', counts(result.byReason)],
      ['left out', counts(result.leftOut)],
      [
        'conflicts',
        result.conflicts === 0
          ? null
          : `${countText(result.conflicts, 'row')} of which others said otherwise`,
      ],
      [
        'redacted',
        result.redactedRows === 0 ? null : `${countText(result.redactedRows, 'row')} with placeholders`,
      ],
      ['file', result.output],
      ['format', `${result.format}: name it so under data.sources`],
    ]),
  ];
  if (!result.testSplitChecked) {
    lines.push(
      screen.caution('  No dataset yet, so no test split to keep apart: import the data, then export again.'),
    );
  }
  if (result.inTestSplit.length > 0) {
    lines.push('', screen.bold('In the test split, never trained on'));
    for (const id of result.inTestSplit.slice(0, shown)) lines.push(`  ${printable(id)}`);
    if (result.inTestSplit.length > shown)
      lines.push(screen.dim(`  ${result.inTestSplit.length - shown} more: --json`));
  }
  return lines.join('\n');
}

/** What was read, and what was not. */
export function captureImportScreen(screen: Screen, result: CaptureImport): string {
  const lines = [
    `${screen.bold('Imported')}  ${countText(result.imported, 'capture')}`,
    facts(screen, [
      ['file', `${result.file} (${result.format})`],
      ['records', result.records.toLocaleString('en-US')],
      ['known before', result.known === 0 ? null : result.known.toLocaleString('en-US')],
      ['skipped', counts(result.skipped)],
      ['set aside', result.setAsideCount === 0 ? 'none' : countText(result.setAsideCount, 'record')],
    ]),
  ];
  for (const row of result.setAside.slice(0, shown)) {
    lines.push(`  ${oneLine(`line ${row.line}  ${row.reason}`, screen.columns - 2)}`);
  }
  if (result.setAsideCount > shown) lines.push(screen.dim(`  ${result.setAsideCount - shown} more: --json`));
  return lines.join('\n');
}

function saidText(said: Feedback | undefined): string {
  if (said === undefined) return '';
  const rating = said.rating === null ? [] : [{ '-1': 'bad', '0': 'unsure', '1': 'good' }[said.rating]];
  const right = said.correctAnswer === null ? [] : [`right: ${oneLine(said.correctAnswer, 60)}`];
  return [...rating, ...right].join(', ');
}

/** An imported record may have had no time. */
function timeText(at: number): string {
  if (at === 0) return 'unknown';
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function counts(named: Readonly<Record<string, number>>): string {
  const parts = Object.entries(named).map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`);
  return parts.length === 0 ? 'none' : parts.join(' · ');
}
