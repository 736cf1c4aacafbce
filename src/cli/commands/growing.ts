import { type Command, Option } from 'commander';
import type { Attach } from '../command-tree.ts';
import { count, dollars, example, shareOf } from './options.ts';

/** Verbs that let the large model make rows. They cost money, so each shows first how much. */
export function addGrowingVerbs(data: Command, attach: Attach): void {
  attach(
    withSpendingOptions(data.command('generate').summary('new rows from the large model, checked'))
      .argument('<file>', 'JSON Lines file to write')
      .description(
        'Lets the large model write new inputs, in the style of your train rows or about your documents. The target is what several of its answers agree on. Inputs like a known row or a test row are left out; with grow.judge another model checks each row. An interrupted run never pays twice for an answer.',
      )
      .addOption(new Option('--rows <count>', 'new inputs to ask for').argParser(count('--rows', 1)))
      .option('--documents <folder>', 'PDF, DOCX, HTML, Markdown and text to write about')
      .addHelpText('after', example('stepdown data generate data/generated.jsonl --budget-usd 5')),
    async () => (await import('../verbs/data/data-generate.ts')).generateData,
  );
  attach(
    withSpendingOptions(data.command('distil').summary('answers of the large model as targets'))
      .argument('<file>', 'JSON Lines file to write')
      .description(
        'Lets the large model answer inputs, and keeps its answers as targets, with token log-probabilities where its API gives them. Train on the file as on any other: sequence-level distillation.',
      )
      .option('--inputs <jsonl>', '{"input": "..."} a line (default: the train split)')
      .addOption(
        new Option('--min-probability <share>', 'set less probable answers aside').argParser(
          shareOf('--min-probability'),
        ),
      )
      .addHelpText('after', example('stepdown data distil data/distilled.jsonl --inputs unlabelled.jsonl')),
    async () => (await import('../verbs/data/data-distil.ts')).distilData,
  );
}

function withSpendingOptions(command: Command): Command {
  return command
    .addOption(new Option('--budget-usd <dollars>', 'never spend more').argParser(dollars('--budget-usd')))
    .option('--yes', 'spend what the estimate says without asking')
    .option('--accept-terms', 'you have read the terms and may train on the answers');
}
