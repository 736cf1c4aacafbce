import { createContext, runInContext } from 'node:vm';
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { DataError } from '../../core/errors/index.ts';

/** Bounds on what a template from a stranger's file may cost. */
const maxSourceCharacters = 256 * 1024;
const maxRangeLength = 10_000;
const maxExtraCharacters = 1 << 20;

/**
 * Templates that print a date get this one, always: a prompt that changed from day to day would make
 * serving differ from training. It is the date that Llama 3's own template falls back to.
 */
export const fixedDate: Readonly<Record<string, string>> = {
  '%d': '26',
  '%b': 'Jul',
  '%B': 'July',
  '%m': '07',
  '%Y': '2024',
  '%y': '24',
  '%H': '00',
  '%M': '00',
  '%S': '00',
};

export type CompiledJinja = (values: Readonly<Record<string, unknown>>) => string;

/**
 * Compiles a Jinja template that may be hostile: it reaches nothing but the values given, and time, loop
 * length and output size are bounded.
 * @param timeLimitMs for one compilation or rendering, in milliseconds
 * @throws DataError `template-invalid`
 */
export function compileJinja(source: string, timeLimitMs = 2_000): CompiledJinja {
  if (source.length > maxSourceCharacters) throw invalid(`it has ${source.length} characters`);
  const program = guard(timeLimitMs, () =>
    parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })),
  );
  return values => {
    const limit = maxExtraCharacters + 4 * JSON.stringify(values).length;
    const text = guard(timeLimitMs, () => {
      const result = new Interpreter(globals(values)).run(program) as { value: unknown };
      return String(result.value);
    });
    if (text.length > limit) throw invalid(`it makes ${text.length} characters of text`);
    return text;
  };
}

function globals(values: Readonly<Record<string, unknown>>): Environment {
  const environment = new Environment();
  const constants = { true: true, false: false, none: null, True: true, False: false, None: null };
  const functions = {
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
    strftime_now: (format: unknown) => String(format).replace(/%[a-zA-Z]/g, code => fixedDate[code] ?? ''),
    range: boundedRange,
  };
  for (const [name, value] of Object.entries({ ...constants, ...functions, ...values })) {
    environment.set(name, value);
  }
  return environment;
}

function boundedRange(first: unknown, second?: unknown, third?: unknown): number[] {
  const [start, stop] = typeof second === 'number' ? [Number(first), second] : [0, Number(first)];
  const step = typeof third === 'number' ? third : 1;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!Number.isInteger(length) || length > maxRangeLength) throw new Error(`range of ${length} is too long`);
  return Array.from({ length }, (_, index) => start + index * step);
}

/** The engine's watchdog ends any JavaScript that runs below this call, also a hostile regular expression. */
const watched = createContext(Object.create(null) as { work?: () => unknown });

function guard<Result>(timeLimitMs: number, work: () => Result): Result {
  try {
    watched['work'] = work;
    return runInContext('work()', watched, { timeout: timeLimitMs }) as Result;
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
        ? `it runs longer than ${timeLimitMs} ms`
        : (error as Error).message;
    throw invalid(reason, error);
  } finally {
    delete watched['work'];
  }
}

function invalid(reason: string, cause?: unknown): DataError {
  return new DataError(
    'template-invalid',
    `The chat template cannot be used for these messages: ${reason}`,
    'Check the roles and their order in your rows, or choose a base model from `stepdown models list`.',
    { cause, details: { reason } },
  );
}
