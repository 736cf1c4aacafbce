import type { Command } from 'commander';
import type { Verb } from './verb.ts';

/** Loads one verb's code: only when it is used, so that help and errors stay fast. */
export type LoadVerb = () => Promise<Verb<never>>;

/** Gives a command its action. */
export type Attach = (command: Command, load: LoadVerb) => Command;

/** Every command below a command, in the order of help. */
export function descendants(command: Command): Command[] {
  return command.commands.flatMap(child => [child, ...descendants(child)]);
}

/** `stepdown models pull`. */
export function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}

/** The command without a parent: stepdown itself. */
export function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
