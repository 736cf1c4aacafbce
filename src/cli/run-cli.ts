import { dirname, resolve } from 'node:path';
import type { App } from '../app/app.ts';
import { ConfigError } from '../core/errors/index.ts';
import { stepdownVersion } from '../core/version.ts';
import { commandPath, descendants, rootOf } from './command-tree.ts';
import { toFailure } from './failure.ts';
import type { Io } from './io.ts';
import { createProgram, type GlobalOptions, type Invocation, UsageMistake } from './program.ts';
import { failureJson, failureText } from './render/error.ts';
import { createProgress, silentProgress } from './render/progress.ts';
import { createScreen, type Screen } from './render/screen.ts';
import type { Verb, VerbContext } from './verb.ts';

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
    exitCode = await perform(invocation, io);
  });
  for (const command of [program, ...descendants(program)]) {
    command.configureOutput({ writeOut: collect, writeErr: collect });
  }
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
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
    return reportFailure(error instanceof UsageMistake ? toUsageError(error) : error, json, io);
  }
}

async function perform(invocation: Invocation, io: Io): Promise<number> {
  const options: GlobalOptions = invocation.command.optsWithGlobals();
  const errorScreen = createScreen({ columns: io.stderr.columns, colour: hasColour(io, io.stderr.isTTY) });
  const progress = options.quiet
    ? silentProgress
    : createProgress({
        output: io.stderr,
        screen: errorScreen,
        live: io.stderr.isTTY && !io.environment.ci,
        now: io.now,
      });
  let app: App | null = null;
  const context: VerbContext = {
    program: rootOf(invocation.command),
    workspaceDir: resolve(io.currentDir, options.workspace),
    currentDir: io.currentDir,
    readInput: io.readInput,
    async confirm(shown, question) {
      if (options.json || !io.stderr.isTTY) return null;
      progress.clear();
      io.stderr.write(withNewline(shown(errorScreen)));
      return io.confirm(question);
    },
    async openApp(overrides = {}, configFile) {
      const createApp = await io.loadCreateApp();
      app = await createApp({
        workspaceDir: configFile === undefined ? context.workspaceDir : dirname(configFile),
        ...(configFile === undefined ? {} : { configFile }),
        overrides: { ...overrides, ...(options.offline ? { 'runtime.offline': true } : {}) },
        progress,
        signal: io.signal,
      });
      return app;
    },
    announce({ json, text }) {
      progress.clear();
      io.stdout.write(options.json ? `${JSON.stringify(json)}\n` : withNewline(text(screenOf(io))));
    },
  };
  try {
    const verb = (await invocation.load()) as Verb;
    const result = await verb(context, invocation.options, ...invocation.positional);
    progress.clear();
    if (result === null) return 0;
    const text = options.json ? printed(result.json) : withNewline(result.text(screenOf(io)));
    io.stdout.write(text);
    return result.exitCode ?? 0;
  } finally {
    progress.clear();
    await (app as App | null)?.close();
  }
}

function reportFailure(error: unknown, json: boolean, io: Io): number {
  const failure = toFailure(error, io.signal.aborted);
  if (json) io.stdout.write(printed(failureJson(failure)));
  else {
    const screen = createScreen({ columns: io.stderr.columns, colour: hasColour(io, io.stderr.isTTY) });
    io.stderr.write(`${failureText(screen, failure)}\n`);
  }
  return failure.exitCode;
}

/** `stepdown models` alone: commander shows help, but nothing was done. */
function isBareGroup(mistake: UsageMistake): boolean {
  return mistake.code === 'commander.help';
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

/** Known before the arguments are parsed, as parsing itself can fail. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}

function screenOf(io: Io): Screen {
  return createScreen({ columns: io.stdout.columns, colour: hasColour(io, io.stdout.isTTY) });
}

function hasColour(io: Io, isTTY: boolean): boolean {
  return isTTY && !io.environment.noColor;
}

function printed(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
