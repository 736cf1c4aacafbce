import { type Command, Option } from 'commander';
import { stageNames } from '../../app/app.ts';
import type { Attach } from '../command-tree.ts';
import { addDataAudit } from './data-audit.ts';
import { addReviewVerbs } from './data-review.ts';
import { addDataSizeVerbs } from './data-size.ts';
import { addGrowingVerbs } from './growing.ts';
import { count, example, withStageOptions } from './options.ts';

/** Verbs that make something. Each does what it needs first, and only what changed. */
export function addPipelineVerbs(program: Command, attach: Attach): void {
  const group = 'Make (each runs what it needs, and only what changed):';
  attach(
    withStageOptions(
      program
        .command('run')
        .helpGroup(group)
        .summary('everything: from rows to specialist and report')
        .description(
          'Runs the whole pipeline of stepdown.yaml. What did not change since the last run is taken as it is; what was interrupted continues. Exit code 5 when a gate does not pass.',
        ),
    )
      .addOption(new Option('--until <stage>', 'stop after this stage').choices(stageNames))
      .addHelpText('after', example('stepdown run --effort quick')),
    async () => (await import('../verbs/pipeline.ts')).run,
  );
  const data = program
    .command('data')
    .helpGroup(group)
    .summary('import rows into a frozen dataset, look at it, audit it')
    .description('The dataset: rows checked, cleaned of leaks, split and frozen by hash.');
  attach(
    withStageOptions(
      data
        .command('import')
        .summary('check, split and freeze the rows')
        .description(
          'Reads the files that stepdown.yaml names, sets bad rows aside with line and reason, repairs leaks between splits, splits and freezes. Exit code 4 when too many rows are bad.',
        ),
    ).addHelpText('after', example('stepdown data import')),
    async () => (await import('../verbs/pipeline.ts')).importData,
  );
  attach(
    data
      .command('show')
      .summary('counts, first rows, what was set aside')
      .description('Shows the frozen dataset. Rows of the test split are sealed and never shown.')
      .addOption(
        new Option('--split <split>', 'rows of which split')
          .choices(['train', 'validation', 'calibration'])
          .default('train'),
      )
      .addOption(new Option('--rows <count>', 'rows to show').argParser(count('--rows', 0)).default(5))
      .addHelpText('after', example('stepdown data show --split validation --rows 10')),
    async () => (await import('../verbs/data/data-show.ts')).showData,
  );
  addGrowingVerbs(data, attach);
  addDataAudit(data, attach);
  addReviewVerbs(data, attach);
  addDataSizeVerbs(data, attach);
  attach(
    withStageOptions(
      program
        .command('train')
        .helpGroup(group)
        .summary('fine-tune the base model on the training rows')
        .description(
          'Fine-tunes the base model. Ctrl-C (or a power cut) leaves a checkpoint; the same command continues.',
        ),
    ).addHelpText('after', example('stepdown train --effort thorough')),
    async () => (await import('../verbs/pipeline.ts')).train,
  );
  attach(
    withStageOptions(
      program
        .command('quantize')
        .helpGroup(group)
        .summary('write GGUF files and pick the smallest good one')
        .description(
          'Merges the adapter, quantises, and picks the smallest file that is not inferior on development rows.',
        ),
    ).addHelpText('after', example('stepdown quantize')),
    async () => (await import('../verbs/pipeline.ts')).quantize,
  );
  attach(
    withStageOptions(
      program
        .command('evaluate')
        .helpGroup(group)
        .summary('measure everything on the sealed test split')
        .description(
          'Puts floors, base model, specialist, quantisations and the large model (where configured) to the test split, with intervals and gates. Exit code 5 when a gate does not pass.',
        ),
    ).addHelpText('after', example('stepdown evaluate --json > evaluation.json')),
    async () => (await import('../verbs/pipeline.ts')).evaluate,
  );
}
