import { stepdownVersion } from '../core/version.ts';
import { descendants } from './command-tree.ts';
import type { Io } from './io.ts';
import { printed, screenOf } from './output.ts';
import { createProgram, isBareGroup, UsageMistake } from './program.ts';

/**
 * The whole command line: reads the arguments, does one verb and prints what came out.
 * @returns the exit code
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const json = wantsJson(argv);
  const screen = screenOf(io);
  let exitCode = 0;
  // Help is printed at the end, as it may have to go into a JSON object; errors are rendered from what is thrown.
  let help = '';
  const collect = (text: string) => {
    help += text;
  };
  const program = createProgram(screen, async invocation => {
    exitCode = await (await import('./perform.ts')).perform(invocation, io);
  });
  for (const command of [program, ...descendants(program)]) {
    command.configureOutput({ writeOut: collect, writeErr: collect });
  }
  try {
    await program.parseAsync(helpAsked(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof UsageMistake && error.code === 'commander.version') {
      io.stdout.write(json ? printed({ version: stepdownVersion }) : `${stepdownVersion}\n`);
      return 0;
    }
    if (error instanceof UsageMistake && error.code.startsWith('commander.help') && !isBareGroup(error)) {
      io.stdout.write(json ? printed({ help }) : help);
      return 0;
    }
    return (await import('./report-failure.ts')).reportFailure(error, json, io);
  }
}

/** Nothing at all asks for help, and so does `stepdown help train`. */
function helpAsked(argv: readonly string[]): string[] {
  const [first = 'help', ...rest] = argv;
  return first === 'help' ? [...rest, '--help'] : [...argv];
}

/** Known before the arguments are parsed, as parsing itself can fail. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}
