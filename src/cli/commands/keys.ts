import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Attach } from '../command-tree.ts';
import type { Budget } from './budget.ts';
import { count, example } from './options.ts';

/** Verbs on the gateway's API keys. */
export function addKeyVerbs(program: Command, attach: Attach): void {
  const keys = program
    .command('keys')
    .helpGroup('Use:')
    .summary('API keys of the gateway: create, list, revoke')
    .description(
      'API keys of the gateway, with scopes, limits and budgets. Kept in the workspace, or in Postgres where DATABASE_URL names one. A gateway may be running: it takes changes over within a second.',
    );
  attach(
    withConfig(keys.command('create').summary('make a key; it is shown this once'))
      .description(
        'Makes an API key and shows it, once: only its hash is kept. With the first key the gateway answers nobody without one.',
      )
      .requiredOption('--name <name>', 'whom or what it is for')
      .addOption(
        repeated('--alias <alias>', 'model alias it may use, again for more (default: all)', text => text),
      )
      .option('--admin', 'may use the admin API; without --alias, for nothing else')
      .option('--expires <when>', 'after 90d, 12h or 30m, or at an ISO 8601 time (default: never)')
      .addOption(limit('--requests-per-minute <count>', 'requests within any 60 seconds'))
      .addOption(limit('--tokens-per-minute <count>', 'tokens within any 60 seconds'))
      .addOption(budget('requests', 'requests, such as 1000/day, 20000/month, or 5000 in all', true))
      .addOption(budget('tokens', 'tokens, in the same way', true))
      .addOption(budget('usd', 'US dollars, such as 2.50/day', false))
      .addHelpText('after', example('stepdown keys create --name shop --alias triage --budget-usd 20/month')),
    async () => (await import('../verbs/keys.ts')).createKey,
  );
  attach(
    withConfig(keys.command('list').summary('keys and what they have used'))
      .description('Lists keys with scopes, limits and use. Never shows a key itself.')
      .addHelpText('after', example('stepdown keys list')),
    async () => (await import('../verbs/keys.ts')).listKeys,
  );
  attach(
    withConfig(keys.command('revoke').argument('<id>', 'id of a key').summary('a key is refused from now on'))
      .description('Revokes a key for good. A running gateway refuses it within a second.')
      .addHelpText('after', example('stepdown keys revoke 5fQ0aXr2LkPz')),
    async () => (await import('../verbs/keys.ts')).revokeKey,
  );
}

function withConfig(command: Command): Command {
  return command.option('--config <file>', 'configuration of the gateway (default: stepdown.yaml)');
}

/** An option that may be given several times. */
function repeated<Value>(flags: string, meaning: string, parse: (text: string) => Value): Option {
  return new Option(flags, meaning).argParser((text: string, before: Value[] | undefined) => [
    ...(before ?? []),
    parse(text),
  ]);
}

function limit(flags: string, meaning: string): Option {
  return new Option(flags, meaning).argParser(count(flags.split(' ')[0]!, 1));
}

function budget(unit: string, meaning: string, whole: boolean): Option {
  const flag = `--budget-${unit}`;
  return repeated(`${flag} <amount>`, `budget of ${meaning}; again for another period`, text => {
    const [, amount, period = 'total'] = /^(\d+(?:\.\d+)?)(?:\/(day|month|total))?$/.exec(text) ?? [];
    const value = Number(amount);
    if (value > 0 && (!whole || Number.isSafeInteger(value))) {
      return { amount: value, period: period as Budget['period'] };
    }
    throw new InvalidArgumentError(`${flag} takes an amount above 0, such as 100/day, 2000/month or 5000.`);
  });
}
