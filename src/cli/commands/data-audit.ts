import { type Command, Option } from 'commander';
import type { Attach } from '../command-tree.ts';
import { count, example, threadsOption } from './options.ts';

/** Written out, as importing the list would load the schemas for every help. */
const formats = ['jsonl', 'csv', 'tsv', 'parquet', 'chat-jsonl', 'chat-parquet'];

/** `stepdown data audit`. */
export function addDataAudit(data: Command, attach: Attach): void {
  attach(
    data
      .command('audit')
      .argument('[file]', 'rows to audit; the frozen development splits when absent')
      .summary('find what is wrong with labelled rows')
      .description(
        'Looks for duplicates, contradictions, rows that stand in two splits, wrong and rare labels, thin coverage, long rows, personal data, secrets, other languages and templates. It writes nothing and needs no workspace; rows never leave this machine. With the specialist of a workspace as a second judge of labels, its answers are kept there, so that an interrupted audit goes on.',
      )
      .option('--validation <file>', 'rows of the validation split, to find what stands in two splits')
      .option('--calibration <file>', 'rows of the calibration split')
      .option('--test <file>', 'rows of the test split')
      .option('--traffic <file>', 'captured inputs, to find those that no row is near')
      .option('--captures [alias]', 'inputs that the gateway of the workspace recorded, instead of a file')
      .option('--input <column>', 'column of the input, or a template: "{title}\\n{body}"')
      .option('--output <column>', 'column of the target')
      .addOption(new Option('--format <format>', 'how the files are written').choices(formats))
      .addOption(
        new Option('--kind <kind>', 'kind of task; told from the targets when absent').choices([
          'classify',
          'extract',
          'generate',
        ]),
      )
      .addOption(
        new Option('--context-tokens <count>', 'longest row the model can take').argParser(
          count('--context-tokens', 1),
        ),
      )
      .addOption(
        new Option('--with <model>', 'judges labels too, of rows it was not trained on').choices([
          'specialist',
        ]),
      )
      .option('--specialist <dir>', 'folder of that specialist (default: the latest of the workspace)')
      .addOption(threadsOption())
      .addHelpText('after', example('stepdown data audit train.jsonl --test test.jsonl')),
    async () => (await import('../verbs/data/data-audit.ts')).auditData,
  );
}
