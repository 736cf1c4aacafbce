import { type Command, Option } from 'commander';
import type { Attach } from '../command-tree.ts';
import { count, example, threadsOption } from './options.ts';

/** What people say about rows: `stepdown data review` and `stepdown data approve`. */
export function addReviewVerbs(data: Command, attach: Attach): void {
  attach(
    data
      .command('review')
      .summary('go through flagged rows: keep, fix or drop them')
      .description(
        'Shows each row that the audit flags, with its text, its target and the reason, and asks what to do. Decisions are kept in review/decisions.jsonl with your name and the time, and applied at the next import; a row is known by what it says, so its place may change. Rows of the test split stay sealed. Without a terminal, or with --json: lists what is flagged.',
      )
      .option('--by <name>', 'your name, kept with every decision')
      .option('--audit <file>', 'what `data audit --json` printed; a fresh audit when absent')
      .addOption(
        new Option('--with <model>', 'judges labels of the fresh audit too')
          .choices(['specialist'])
          .conflicts('audit'),
      )
      .addOption(
        new Option(
          '--specialist <dir>',
          'folder of that specialist (default: the latest of the workspace)',
        ).conflicts('audit'),
      )
      .addOption(threadsOption())
      .option('--decisions <file>', 'take decisions from JSON Lines: row, action, target, note')
      .option('--list', 'list the decisions made so far, with their ids')
      .option('--undo <id>', 'take one decision back; it stays in the file')
      .addHelpText('after', example('stepdown data review --by "Ada Lovelace"')),
    async () => (await import('../verbs/review/review.ts')).reviewData,
  );
  attach(
    data
      .command('approve')
      .summary('sign the test set off, with name and time')
      .description(
        'Says who looked at the test rows and stands by their labels. Every evaluation tells whether somebody did. An approval holds for exactly these rows: when they change it is gone. It is kept in review/approvals.jsonl, which belongs in version control. Without options: shows what was said so far.',
      )
      .option('--show', 'print test rows for you to look at; writes nothing')
      .addOption(new Option('--rows <count>', 'rows to show').argParser(count('--rows', 1)).default(20))
      .addOption(new Option('--from <number>', 'first row to show').argParser(count('--from', 1)).default(1))
      .option('--by <name>', 'your name: approves')
      .option('--note <text>', 'what to keep with it: how many rows you read, what you doubt')
      .option('--revoke', 'take the approval back; what was said stays in the file')
      .addHelpText('after', example('stepdown data approve --by "Ada Lovelace" --note "read all 124"')),
    async () => (await import('../verbs/review/approve.ts')).approveData,
  );
}
