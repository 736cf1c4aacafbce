#!/usr/bin/env node
import { readEnvironment } from '../config/environment.ts';
import { exitCodes } from '../core/errors/stepdown-error.ts';
import type { Io, Output } from './io.ts';
import { runCli } from './run-cli.ts';

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    // For whoever sits there: in a log it would be a line of another form.
    if (process.stderr.isTTY) {
      process.stderr.write('\nStopping, and keeping what is done. Press Ctrl-C again to stop at once.\n');
    }
    controller.abort();
  });
}

// A reader that went away (`stepdown runs list | head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : null;
    },
    write: line => void stream.write(line),
  };
}

const io: Io = {
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  readInput: async () =>
    process.stdin.isTTY ? null : await (await import('node:stream/consumers')).text(process.stdin),
  confirm: async question => {
    if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
    const { createInterface } = await import('node:readline/promises');
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await terminal.question(`${question} [y/N] `, { signal: controller.signal });
      return /^y(es)?$/iu.test(answer.trim());
    } catch (error) {
      if (controller.signal.aborted) return false;
      throw error;
    } finally {
      terminal.close();
    }
  },
  terminal:
    process.stdin.isTTY && process.stdout.isTTY
      ? { input: process.stdin, output: process.stdout, isTTY: true }
      : null,
  environment: readEnvironment(),
  currentDir: process.cwd(),
  signal: controller.signal,
  now: () => performance.now(),
  loadCreateApp: async () => (await import('../app/create-app.ts')).createApp,
};

process.exitCode = await runCli(process.argv.slice(2), io);
// Native libraries may keep the process alive; what was printed goes out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
