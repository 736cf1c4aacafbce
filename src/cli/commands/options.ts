import { type Command, InvalidArgumentError, Option } from 'commander';

/** The example below a verb's options. */
export function example(command: string): string {
  return `\nExample:\n  $ ${command}`;
}

/** Parser of a whole number of at least `minimum` and, where given, at most `maximum`. */
export function count(flag: string, minimum: number, maximum?: number): (text: string) => number {
  const bounds = maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return text => {
    const value = Number(text);
    const fits = value >= minimum && value <= (maximum ?? value);
    if (text.trim() !== '' && Number.isSafeInteger(value) && fits) return value;
    throw new InvalidArgumentError(`${flag} takes a whole number ${bounds}.`);
  };
}

/** Parser of a number strictly between two bounds. */
export function between(flag: string, low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (text.trim() !== '' && value > low && value < high) return value;
    throw new InvalidArgumentError(`${flag} takes a number between ${low} and ${high}.`);
  };
}

/** Options of every verb that runs stages. */
export function withStageOptions(command: Command): Command {
  return withOverrides(command).option('--force', 'run the stages again although nothing changed');
}

/** Options that win over stepdown.yaml. */
function withOverrides(command: Command): Command {
  return command
    .addOption(
      new Option('--effort <effort>', 'time against quality; wins over stepdown.yaml').choices([
        'quick',
        'standard',
        'thorough',
      ]),
    )
    .option('--model <model>', 'base model; wins over stepdown.yaml')
    .addOption(threadsOption());
}

/** Of every command that computes with a model on this machine. */
export function threadsOption(): Option {
  return new Option('--threads <count>', 'CPU threads; wins over stepdown.yaml').argParser(
    count('--threads', 1),
  );
}

/** Parser of an amount of money above 0, in US dollars. */
export function dollars(flag: string): (text: string) => number {
  return text => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
    throw new InvalidArgumentError(`${flag} takes US dollars, above 0: 5 or 0.50.`);
  };
}

/** Parser of a share, 0..1. */
export function shareOf(flag: string): (text: string) => number {
  return text => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= 1) return value;
    throw new InvalidArgumentError(`${flag} takes a number from 0 to 1.`);
  };
}
