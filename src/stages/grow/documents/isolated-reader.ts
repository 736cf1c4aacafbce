import { type ChildProcess, fork } from 'node:child_process';
import { type DocumentRead, problem } from './document.ts';
import type { DocumentReader } from './read-document.ts';

export interface IsolatedReaderOptions {
  /** Absolute path of the program, `reader-program.js`. */
  readonly program: string;
  /** Longest time for one document, in milliseconds. */
  readonly timeoutMs: number;
  /** Heap of the process, in MiB. */
  readonly maxHeapMebibytes: number;
}

/** Reads documents one after the other in another process, which is ended when one takes too long or too much. */
export function createIsolatedReader(options: IsolatedReaderOptions): DocumentReader {
  let child: ChildProcess | null = null;
  const start = () =>
    fork(options.program, [], {
      // Nothing of this process's environment is needed there; keys least of all.
      env: {},
      execArgv: [`--max-old-space-size=${options.maxHeapMebibytes}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
  return {
    read: (path, bounds) =>
      new Promise<DocumentRead>(resolve => {
        // A parser that died of the document before, after it had answered, must not be blamed on this one.
        if (child?.connected !== true) child = start();
        const reader = child;
        const done = (found: DocumentRead, ended: boolean) => {
          clearTimeout(timer);
          reader.removeAllListeners();
          if (ended) {
            reader.kill('SIGKILL');
            child = null;
          }
          resolve(found);
        };
        const timer = setTimeout(
          () => done(problem('too-slow', `reading it took longer than ${options.timeoutMs} ms`), true),
          options.timeoutMs,
        );
        reader.once('message', found => done(found as DocumentRead, false));
        reader.once('exit', () =>
          done(problem('unreadable', 'reading it ended the parser; it may be too large or damaged'), true),
        );
        reader.once('error', error => done(problem('unreadable', error.message.slice(0, 200)), true));
        reader.send({ path, bounds }, error => {
          if (error) done(problem('unreadable', error.message.slice(0, 200)), true);
        });
      }),
    async close() {
      child?.kill('SIGKILL');
      child = null;
    },
  };
}
