import type { Command } from 'commander';
import type { Attach } from '../command-tree.ts';
import { example, threadsOption } from './options.ts';

/** Verbs that combine the specialist with the large model. */
export function addCascadeVerbs(program: Command, attach: Attach): void {
  const cascade = program
    .command('cascade')
    .helpGroup('Use:')
    .summary('when to answer locally, when to ask the large model')
    .description(
      'Decides which answers are given by the specialist and which requests go to the large model, by the rule under cascade.rule in stepdown.yaml:\n\n' +
        '  error-bound  at most a share alpha of local answers is wrong\n' +
        '  match-large  at most a margin worse than the large model\n' +
        '  budget       no more than so much is escalated, or spent',
    );
  attach(
    cascade
      .command('calibrate')
      .summary('fit it on the calibration split')
      .description(
        'Asks the specialist the rows of the calibration split and some of the validation split, and writes cascade.json. Validation rows say how confidence is measured and which thresholds are worth trying; calibration rows, and no others, calibrate it and test them. Exit code 5 when these rows cannot show what the rule promises; it then says what they could.',
      )
      .option('--large-answers <jsonl>', 'recorded answers: {"id", "text"} a line')
      .option('--specialist <dir>', 'specialist folder (default: the latest)')
      .option('--alias <name>', 'calibrate as this alias of the gateway is served')
      .option('--force', 'fit again although nothing changed')
      .addOption(threadsOption())
      .addHelpText('after', example('stepdown cascade calibrate --large-answers large.jsonl')),
    async () => (await import('../verbs/cascade.ts')).calibrate,
  );
  attach(
    cascade
      .command('simulate')
      .summary('play it over the test split')
      .description(
        'Plays the calibrated policy over the held-out test rows: errors and cost by share answered locally, and how far confidence can be believed. For reporting only; nothing is chosen by it.',
      )
      .option('--calibration <file>', 'cascade.json (default: the latest)')
      .option('--large-answers <jsonl>', 'recorded answers: {"id", "text"} a line')
      .option('--specialist <dir>', 'specialist folder (default: the latest)')
      .addOption(threadsOption())
      .addHelpText('after', example('stepdown cascade simulate')),
    async () => (await import('../verbs/cascade.ts')).simulate,
  );
  attach(
    cascade
      .command('explain')
      .argument('[input]', 'text to answer; standard input when absent')
      .summary('what it does with one input, and why')
      .description('Asks the specialist one input and shows signals, confidence and decision.')
      .option('--calibration <file>', 'cascade.json (default: the latest)')
      .option('--specialist <dir>', 'specialist folder (default: the latest)')
      .addOption(threadsOption())
      .addHelpText('after', example('stepdown cascade explain "pump is leaking"')),
    async () => (await import('../verbs/cascade.ts')).explain,
  );
}
