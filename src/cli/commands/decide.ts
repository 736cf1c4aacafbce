import type { Command } from 'commander';
import type { Attach } from '../command-tree.ts';
import { example } from './options.ts';

/** The verb that comes before all work: whether to own a model at all. */
export function addDecideVerb(program: Command, attach: Attach): void {
  attach(
    program
      .command('decide')
      .helpGroup('Start:')
      .summary('keep paying, own it, combine, or retrieve?')
      .description(
        'Gives a verdict from your answers (docs/guide/decide.md) and from what was measured, in the workspace, of recorded traffic and of labelled rows: reasons with their sources, what speaks against it, what would change it, and what every option costs. An answer may be a number, {low, high} or unknown. In a terminal, without --answers and without a decide section in stepdown.yaml, you are asked; every answer is in the file of --save at once, and the same command goes on where you left off.',
      )
      .option('--answers <yaml>', 'file with the answers; wins over the decide section of stepdown.yaml')
      .option('--interview', 'ask for the answers in the terminal, whatever stepdown.yaml has')
      .option('--save <yaml>', 'where the interview writes them (default: answers.yaml of the workspace)')
      .option('--again', 'ask again what the file answers already')
      .option('--log <file>', 'measure the traffic from a log: OpenAI chat, Langfuse or LiteLLM')
      .option('--alias <name>', 'measure the traffic of this alias of the gateway, not of the most called')
      .option('--data [file]', 'look at labelled rows: of a file, or of the frozen dataset')
      .option('--prices <yaml>', 'list prices that count before the shipped ones')
      .option('--report [html]', 'write the decision as one page that prints (decision.html)')
      .addHelpText('after', example('stepdown decide --answers answers.yaml')),
    async () => (await import('../verbs/decide.ts')).decide,
  );
}
