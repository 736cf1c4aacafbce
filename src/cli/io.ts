import type { CreateApp } from '../app/app.ts';
import type { Environment } from '../config/environment.ts';

/** A stream the CLI writes to. */
export interface Output {
  readonly isTTY: boolean;
  /** Width in characters; null when it is not a terminal. */
  readonly columns: number | null;
  write(text: string): void;
}

/** A person at a terminal, who can be asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** False for streams that stand in for one in tests: nothing is cleared. */
  readonly isTTY: boolean;
}

/** Everything the CLI touches outside itself, so that tests can stand in for it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input as text, or null when it is a terminal. */
  readInput(): Promise<string | null>;
  /** Asks a question that is answered by yes or no; null where nobody sits at a terminal. */
  confirm(question: string): Promise<boolean | null>;
  /** Null where nobody can be asked: input or output is no terminal. */
  readonly terminal: Terminal | null;
  readonly environment: Environment;
  readonly currentDir: string;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Loads the composition root; only verbs that do something call it. */
  loadCreateApp(): Promise<CreateApp>;
}
