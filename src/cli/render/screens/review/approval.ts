import type { ApprovalView, TestRowsView } from '../../../../app/review/views.ts';
import type { Example } from '../../../../core/example.ts';
import { signature } from '../../../../core/test-approval.ts';
import { countText, estimateText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { oneLine, printable, wrap } from '../../text.ts';
import { facts } from '../facts.ts';

/** Who signed the test rows off, the large model's score on them, and what was said before. */
export function approvalScreen(screen: Screen, view: ApprovalView): string {
  const { approval, history } = view;
  const state =
    approval === null
      ? screen.caution('not approved')
      : screen.good(`approved by ${printable(signature(approval))}`);
  const lines = [
    `${screen.bold('Test set')}  ${state}`,
    facts(screen, [
      ['rows', `${countText(view.rows, 'row')}, sealed · ${view.testHash.slice(0, 12)}`],
      ['note', approval?.note ?? null],
      ['large model', incumbentText(view)],
    ]),
  ];
  if (history.length > 1 || (history.length === 1 && approval === null)) {
    const said = history.map(({ at, action, by, note }) => {
      const word = action === 'approve' ? 'approved by' : 'revoked by';
      const text = `${at.slice(0, 16).replace('T', ' ')} ${word} ${by}${note === null ? '' : `: ${note}`}`;
      return `  ${oneLine(text, screen.columns - 2)}`;
    });
    lines.push('', screen.bold('Said so far'), ...said);
  }
  lines.push(
    '',
    `${screen.dim('Next:')} ${wrap(screen.accent(nextStep(view)), screen.columns - 6, '      ')}`,
  );
  return lines.join('\n');
}

/** Test rows to look at before they are signed off, whole: a label cannot be judged by half of a text. */
export function testRowsScreen(screen: Screen, view: TestRowsView): string {
  const last = view.from + view.examples.length - 1;
  const range =
    view.examples.length === 0
      ? `no row ${view.from}: there are ${view.rows}`
      : `rows ${view.from} to ${last} of ${view.rows} · ${view.testHash.slice(0, 12)}`;
  const lines = [`${screen.bold('Test set')}  ${range}`, ''];
  for (const [index, example] of view.examples.entries())
    lines.push(...rowLines(screen, view.from + index, example));
  const next =
    last < view.rows && view.examples.length > 0
      ? `stepdown data approve --show --from ${last + 1} --rows ${view.examples.length}`
      : 'stepdown data approve --by "Your Name"';
  lines.push(`${screen.dim('Next:')} ${screen.accent(next)}`);
  return lines.join('\n');
}

function rowLines(screen: Screen, number: number, example: Example): string[] {
  const width = screen.columns - 6;
  const body = example.messages
    .map(({ role, content }) => `${example.messages.length > 1 ? `${role}: ` : ''}${content}`)
    .join('\n');
  const place = `${example.source.file}:${example.source.line}`;
  const targets = [example.target, ...example.references];
  return [
    `${screen.dim(String(number).padStart(5))} ${wrap(clean(body), width, '      ')}`,
    ...targets.map(target => `    ${screen.accent('→')} ${wrap(clean(target), width, '      ')}`),
    `      ${screen.dim(oneLine(place, width))}`,
    '',
  ];
}

/** Safe to show, with its own line breaks. */
function clean(text: string): string {
  return text.split('\n').map(printable).join('\n').trim();
}

function incumbentText({ incumbent, incumbentConfigured, approval }: ApprovalView): string {
  const shown = incumbent ?? approval?.incumbent ?? null;
  if (shown !== null) return `${shown.title}: ${shown.metric} ${estimateText(shown.estimate)}`;
  return incumbentConfigured ? 'not measured on these rows: `stepdown evaluate`' : 'none in stepdown.yaml';
}

function nextStep({ approval }: ApprovalView): string {
  return approval === null
    ? 'stepdown data approve --show, then --by "Your Name"'
    : 'stepdown run writes it into report and card; nothing is measured again';
}
