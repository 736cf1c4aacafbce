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
        'Gives a verdict from your answers (docs/guide/decide.md) and from what the workspace has measured: reasons with their sources, what speaks against it, what would change it, and what every option costs. An answer may be a number, {low, high} or unknown.',
      )
      .option('--answers <yaml>', 'file with the answers; wins over the decide section of stepdown.yaml')
      .option('--log <file>', 'measure the traffic from a log: OpenAI chat, Langfuse or LiteLLM')
      .option('--report [html]', 'write the decision as one page that prints (decision.html)')
      .addHelpText('after', example('stepdown decide --answers answers.yaml')),
    async () => (await import('../verbs/decide.ts')).decide,
  );
}
