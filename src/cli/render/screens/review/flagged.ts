import type { DecisionList, FlaggedRow, ReviewQueue } from '../../../../app/review/views.ts';
import { countText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { oneLine, placeText, printable, wrap } from '../../text.ts';

/** Lines of an input, and of the other row's, that are shown before the rest is asked for. */
const shownLines = 14;
const shownOtherLines = 4;

/** One row to judge: where it is, its text, its target, and why it was flagged. */
export function flaggedScreen(
  screen: Screen,
  row: FlaggedRow,
  at: { readonly number: number; readonly of: number; readonly whole: boolean },
): string {
  const width = screen.columns - 2;
  return [
    `${screen.bold(`Row ${at.number} of ${at.of}`)}  ${screen.dim(`${row.split} · ${placeText(row, width - 34)}`)}`,
    '',
    ...inputLines(screen, row, at.whole ? Number.POSITIVE_INFINITY : shownLines),
    '',
    ...row.flags.flatMap(({ kind, evidence, suggestion, other }) => [
      `${screen.caution('!')} ${wrap(`${kind}: ${printable(evidence)}`, width, '  ')}`,
      ...(other === null
        ? []
        : [
            `  ${screen.dim(`the other row: ${other.split} · ${placeText(other, width - 32)}`)}`,
            ...inputLines(screen, other, at.whole ? Number.POSITIVE_INFINITY : shownOtherLines),
          ]),
      ...(suggestion === null ? [] : [`  ${screen.dim(`suggested: ${suggestionText(suggestion)}`)}`]),
    ]),
    '',
  ].join('\n');
}

/** An input with its target, cut after so many lines. */
function inputLines(
  screen: Screen,
  { input, target }: Pick<FlaggedRow, 'input' | 'target'>,
  most: number,
): string[] {
  const text = input.split('\n').map(printable).join('\n').trim();
  const lines = `  ${wrap(text, screen.columns - 2, '  ')}`.split('\n');
  const hidden = Math.max(0, lines.length - most);
  return [
    ...lines.slice(0, most),
    ...(hidden > 0 ? [screen.dim(`  … ${countText(hidden, 'more line')}: m shows them`)] : []),
    `  ${screen.accent('→')} ${wrap(screen.bold(printable(target)), screen.columns - 4, '    ')}`,
  ];
}

function suggestionText({ action, target }: NonNullable<FlaggedRow['flags'][number]['suggestion']>): string {
  return target === null ? action : `${action} to "${oneLine(target, 50)}"`;
}

/** What is flagged, without a terminal to go through it. */
export function queueScreen(screen: Screen, { open, decided }: ReviewQueue): string {
  const lines = open
    .slice(0, 20)
    .map(
      ({ file, line, flags, target }) =>
        `  ${oneLine(`${file}:${line}  ${flags.map(({ kind }) => kind).join(', ')}  → ${target}`, screen.columns - 2)}`,
    );
  const more = open.length - lines.length;
  return [
    `${screen.bold('Review')}  ${countText(open.length, 'flagged row')} open · ${decided} decided`,
    ...lines,
    ...(more > 0 ? [screen.dim(`  and ${countText(more, 'more row')}: --json lists all`)] : []),
    '',
    `${screen.dim('Next:')} ${screen.accent(open.length === 0 ? 'stepdown data import' : 'stepdown data review --by "Your Name" in a terminal')}`,
  ].join('\n');
}

/** Every decision, with the id to undo it by. */
export function decisionsScreen(screen: Screen, { decisions }: DecisionList): string {
  if (decisions.length === 0) return 'Nothing has been decided yet.';
  const lines = decisions.map(({ id, action, by, at, place, target, state }) => {
    const where = place === null ? '' : `  ${place.file}:${place.line}`;
    const to = target === null ? '' : ` to "${target}"`;
    const holds = state === 'holds' ? '' : ` (${state})`;
    return `  ${oneLine(`${id}  ${at.slice(0, 10)}  ${action}${to}${holds}${where}  ${by}`, screen.columns - 2)}`;
  });
  return [
    screen.bold('Decisions'),
    ...lines,
    '',
    `${screen.dim('Next:')} ${screen.accent('stepdown data import applies what holds; --undo ID takes one back')}`,
  ].join('\n');
}
