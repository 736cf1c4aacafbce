import { Command, Option } from 'commander';
import { stepdownVersion } from '../core/version.ts';
import { type Attach, descendants, type LoadVerb } from './command-tree.ts';
import { addCaptureVerbs } from './commands/captures.ts';
import { addCascadeVerbs } from './commands/cascade.ts';
import { addDecideVerb } from './commands/decide.ts';
import { addKeyVerbs } from './commands/keys.ts';
import { addPipelineVerbs } from './commands/pipeline.ts';
import { addResultVerbs } from './commands/result.ts';
import { addStartVerbs } from './commands/start.ts';
import { helpEpilogue } from './help.ts';
import type { Screen } from './render/screen.ts';

/** Characters for the names below a command. */
const longestNames = 26;

/** Options that every verb takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly offline?: boolean;
  readonly workspace: string;
}

/** What was asked for on the command line. */
export interface Invocation {
  readonly command: Command;
  readonly load: LoadVerb;
  readonly options: object;
  readonly positional: readonly string[];
}

/** A mistake on the command line, and the command it was made on. */
export class UsageMistake extends Error {
  readonly command: Command;
  /** Commander's own code: `commander.unknownOption`. */
  readonly code: string;

  constructor(command: Command, code: string, message: string) {
    super(message);
    this.command = command;
    this.code = code;
  }
}

/** `stepdown models` alone: commander shows help, but nothing was done. */
export function isBareGroup(mistake: UsageMistake): boolean {
  return mistake.code === 'commander.help';
}

/** Every verb, option and word of help. `invoke` is called with what the user asked for. */
export function createProgram(screen: Screen, invoke: (invocation: Invocation) => Promise<void>): Command {
  const program = new Command('stepdown')
    .summary('own a small model for a narrow task')
    .description(
      'Keep paying for a large model, own a small fine-tuned one, combine both, or retrieve? Answered on your own rows, with intervals; and then done.',
    )
    .version(stepdownVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help, also after a verb')
    .usage('<verb> [options]')
    .option('--json', 'print one JSON object on stdout')
    .option('--quiet', 'no progress on stderr')
    .option('--offline', 'never touch the network')
    .addOption(new Option('--workspace <dir>', 'folder with stepdown.yaml').default('.', 'here'))
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: screen.columns,
      styleTitle: title => screen.bold(title),
      styleCommandText: text => screen.accent(text),
      subcommandTerm: command => [command.name(), argumentsText(command)].join(' ').trim(),
    })
    .addHelpText('after', helpEpilogue(screen));

  const attach: Attach = (command, load) =>
    command.action((...parameters: unknown[]) =>
      invoke({
        command,
        load,
        options: command.opts(),
        // Commander passes the arguments, then the options and the command itself.
        positional: parameters.slice(0, -2).flat() as string[],
      }),
    );
  addStartVerbs(program, attach);
  addDecideVerb(program, attach);
  addPipelineVerbs(program, attach);
  addCascadeVerbs(program, attach);
  addResultVerbs(program, attach);
  addCaptureVerbs(program, attach);
  addKeyVerbs(program, attach);
  for (const command of [program, ...descendants(program)]) prepare(command);
  return program;
}

function argumentsText(command: Command): string {
  if (command.commands.length > 0) return childNames(command.commands.map(child => child.name()));
  return command.registeredArguments
    .map(argument => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    })
    .join(' ');
}

function prepare(command: Command): void {
  // `help` is read before the arguments are parsed, see run-cli; commander's own would be one more verb of each group.
  command.helpCommand(false);
  command.exitOverride(error => {
    throw new UsageMistake(command, error.code, error.message);
  });
}

/** Names below a command, as many as leave room for what it does. */
function childNames(names: readonly string[]): string {
  const all = names.join('|');
  if (all.length <= longestNames) return all;
  const kept = names.filter((_, at) => names.slice(0, at + 1).join('|').length + 2 <= longestNames);
  return `${kept.join('|')}|…`;
}
