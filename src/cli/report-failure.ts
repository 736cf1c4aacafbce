import { ConfigError } from '../core/errors/index.ts';
import { commandPath } from './command-tree.ts';
import { toFailure } from './failure.ts';
import type { Io } from './io.ts';
import { hasColour, printed } from './output.ts';
import { isBareGroup, UsageMistake } from './program.ts';
import { failureJson, failureText } from './render/error.ts';
import { createScreen } from './render/screen.ts';

/**
 * Prints what went wrong, a mistake on the command line included.
 * @returns the exit code
 */
export function reportFailure(error: unknown, json: boolean, io: Io): number {
  const failure = toFailure(error instanceof UsageMistake ? toUsageError(error) : error, io.signal.aborted);
  if (json) io.stdout.write(printed(failureJson(failure)));
  else {
    const screen = createScreen({ columns: io.stderr.columns, colour: hasColour(io, io.stderr.isTTY) });
    io.stderr.write(`${failureText(screen, failure)}\n`);
  }
  return failure.exitCode;
}

function toUsageError(mistake: UsageMistake): ConfigError {
  const path = commandPath(mistake.command);
  if (isBareGroup(mistake)) {
    const verbs = mistake.command.commands.map(command => command.name()).join(', ');
    return new ConfigError('verb-missing', `${path} needs one of: ${verbs}`, `Run \`${path} --help\`.`);
  }
  const code = mistake.code.replace('commander.', '').replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  const message = mistake.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^./, letter => letter.toUpperCase());
  return new ConfigError(code, message, `Run \`${path} --help\` to see what it takes, with an example.`);
}
