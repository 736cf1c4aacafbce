import { dirname, resolve } from 'node:path';
import type { App } from '../app/app.ts';
import { rootOf } from './command-tree.ts';
import type { Io } from './io.ts';
import { hasColour, printed, screenOf, withNewline } from './output.ts';
import type { GlobalOptions, Invocation } from './program.ts';
import { createProgress, silentProgress } from './render/progress.ts';
import { createScreen } from './render/screen.ts';
import type { Verb, VerbContext } from './verb.ts';

/**
 * Does one verb and prints its result.
 * @returns the exit code
 */
export async function perform(invocation: Invocation, io: Io): Promise<number> {
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
    terminal() {
      progress.clear();
      return options.json || io.terminal === null ? null : { ...io.terminal, screen: screenOf(io) };
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
