import type { FlaggedRow, NewDecision, ReviewQueue } from '../../../app/review/views.ts';
import type { Terminal } from '../../io.ts';
import { readLines } from '../../line-reader.ts';
import type { Screen } from '../../render/screen.ts';
import { flaggedScreen } from '../../render/screens/review/flagged.ts';
import { wrap } from '../../render/text.ts';

/** What the loop does with what it is told. */
export interface ReviewActions {
  /** Keeps a decision for good and gives its id. */
  record(decision: NewDecision): Promise<string>;
  undo(id: string): Promise<void>;
}

const clear = '\u001b[2J\u001b[H';
const keys = '[k]eep  [f]ix  [d]rop  [s]kip  [u]ndo  [m]ore  [q]uit > ';

/**
 * Walks through flagged rows, one screen a row. Every decision is kept before the next row is shown, so Ctrl-C and
 * the end of the input lose nothing.
 * @returns decisions that were made and not undone
 */
export async function reviewLoop(
  terminal: Terminal,
  screen: Screen,
  queue: ReviewQueue,
  actions: ReviewActions,
): Promise<number> {
  const { output } = terminal;
  const lines = readLines(terminal);
  const ask = lines.ask;

  const made: { id: string; index: number }[] = [];
  let index = 0;
  let whole = false;
  let notice = '';
  try {
    for (;;) {
      const row = queue.open[index];
      if (row === undefined) break;
      const at = { number: index + 1, of: queue.open.length, whole };
      output.write(`${terminal.isTTY ? clear : '\n'}${flaggedScreen(screen, row, at)}\n`);
      if (notice !== '') output.write(`${wrap(notice, screen.columns)}\n`);
      notice = '';
      const answer = (await ask(keys))?.trim().toLowerCase() ?? 'q';
      whole = false;
      if (answer === 'q') break;
      else if (answer === 'm') whole = true;
      else if (answer === 's') index += 1;
      else if (answer === 'u') {
        const last = made.pop();
        if (last === undefined)
          notice = 'Nothing to undo in this session; --undo ID takes back earlier ones.';
        else {
          await actions.undo(last.id);
          index = last.index;
          notice = 'Taken back.';
        }
      } else if (answer === 'k' || answer === 'd') {
        const id = await actions.record(decisionOn(row, answer === 'k' ? 'keep' : 'drop', null));
        made.push({ id, index });
        index += 1;
      } else if (answer === 'f') {
        const target = await newTarget(row, queue.labels, ask);
        if ('problem' in target) notice = target.problem;
        else {
          made.push({ id: await actions.record(decisionOn(row, 'fix', target.value)), index });
          index += 1;
        }
      } else notice = 'Press one of the letters, then Enter.';
    }
  } finally {
    lines.close();
  }
  return made.length;
}

async function newTarget(
  row: FlaggedRow,
  labels: readonly string[] | null,
  ask: (question: string) => Promise<string | null>,
): Promise<{ value: string } | { problem: string }> {
  const suggested = row.flags.find(({ suggestion }) => suggestion?.target)?.suggestion?.target ?? null;
  const hint = suggested === null ? 'empty cancels' : `empty takes "${suggested}"`;
  const typed = (await ask(`New target (${hint}) > `))?.trim();
  const value = typed === '' ? suggested : typed;
  if (value === undefined || value === null) return { problem: 'Nothing changed.' };
  if (value === row.target) return { problem: 'That is the target it has; k keeps it.' };
  if (labels === null || labels.includes(value)) return { value };
  const meant = labels.filter(label => label.toLowerCase().startsWith(value.toLowerCase()));
  if (meant.length === 1) return { value: meant[0]! };
  const some = (meant.length > 0 ? meant : labels).slice(0, 8).join(', ');
  return {
    problem: `"${value}" is not one of the ${labels.length} labels: ${some}${labels.length > 8 ? ', …' : ''}`,
  };
}

function decisionOn(row: FlaggedRow, action: NewDecision['action'], target: string | null): NewDecision {
  const { file, line } = row;
  return {
    action,
    row: row.row,
    target,
    kind: row.flags[0]?.kind ?? null,
    place: { file, line },
    note: null,
  };
}
