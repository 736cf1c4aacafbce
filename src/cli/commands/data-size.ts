import { type Command, Option } from 'commander';
import type { Attach } from '../command-tree.ts';
import { between, example, withStageOptions } from './options.ts';

/** Verbs that say how many rows are enough: to learn from, and to test with. */
export function addDataSizeVerbs(data: Command, attach: Attach): void {
  attach(
    withStageOptions(
      data
        .command('curve')
        .argument('[file]', 'labelled rows (default: the dataset of the workspace)')
        .summary('what more rows would buy: the learning curve')
        .description(
          'Trains a cheap model on growing shares of the rows, scores it on rows it did not see, and fits the curve: what twice the rows would buy, and how many rows a score takes. Rows of the test split are never read. In a workspace the curve is kept, and decide reads it.',
        )
        .addOption(
          new Option('--target <score>', 'score to reach, 0..1').argParser(between('--target', 0, 1)),
        )
        .addOption(
          new Option('--with <model>', 'trains this too, on 1/8, 1/4, 1/2 and all of the rows').choices([
            'specialist',
          ]),
        )
        .addOption(
          new Option('--kind <kind>', 'kind of task of a file (default: as its targets look)').choices([
            'classify',
            'extract',
            'generate',
          ]),
        ),
    ).addHelpText('after', example('stepdown data curve rows.jsonl --target 0.9')),
    async () => (await import('../verbs/data/data-curve.ts')).dataCurve,
  );
  attach(
    data
      .command('rows-needed')
      .summary('how many test rows show a difference')
      .description(
        'Plans a test set before anyone labels: rows that show a difference between two systems on the same rows (McNemar), rows for the non-inferiority gate, and what the present test rows can show.',
      )
      .addOption(
        new Option('--difference <d>', 'difference to show, e.g. 0.05')
          .argParser(between('--difference', 0, 1))
          .makeOptionMandatory(),
      )
      .addOption(
        new Option('--score <score>', 'score of the system compared with (default: 0.8, assumed)').argParser(
          between('--score', 0, 1),
        ),
      )
      .addOption(
        new Option('--power <power>', 'chance to show what is there (default: 0.8)').argParser(
          between('--power', 0.5, 1),
        ),
      )
      .addOption(
        new Option('--agreement <share>', 'rows both get right or both wrong (default: a range)').argParser(
          between('--agreement', 0, 1),
        ),
      )
      .addOption(
        new Option('--margin <m>', 'loss the gate allows (default: the difference)').argParser(
          between('--margin', 0, 1),
        ),
      )
      .addHelpText('after', example('stepdown data rows-needed --difference 0.05 --score 0.8')),
    async () => (await import('../verbs/data/rows-needed.ts')).rowsNeeded,
  );
}
