import { createInterface } from 'node:readline';
import type { Terminal } from './io.ts';

/** Asks for one line after the other. */
export interface LineReader {
  /** Null after Ctrl-C and at the end of the input. */
  ask(prompt: string): Promise<string | null>;
  close(): void;
}

/** Reads lines from a person at a terminal; lines that were typed ahead are answers to later questions. */
export function readLines({ input, output, isTTY }: Terminal): LineReader {
  const lines = createInterface({ input, output, terminal: isTTY });
  const pending: string[] = [];
  let waiting: ((line: string | null) => void) | null = null;
  let ended = false;
  const give = (line: string | null) => {
    const asked = waiting;
    waiting = null;
    if (asked) asked(line);
    else if (line !== null) pending.push(line);
  };
  lines.on('line', give);
  lines.on('SIGINT', () => {
    output.write('\n');
    lines.close();
  });
  lines.on('close', () => {
    ended = true;
    give(null);
  });
  return {
    ask(prompt) {
      if (!ended) lines.setPrompt(prompt);
      if (!ended) lines.prompt();
      const line = pending.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (ended) return Promise.resolve(null);
      return new Promise(resolve => {
        waiting = resolve;
      });
    },
    close: () => lines.close(),
  };
}
