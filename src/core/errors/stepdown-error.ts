/** Process exit codes: 0 ok, 1 bug, and these. */
export const exitCodes = {
  bug: 1,
  usage: 2,
  prerequisite: 3,
  data: 4,
  gate: 5,
  upstream: 6,
  interrupted: 130,
} as const;
export type ExitCategory = keyof typeof exitCodes;

/**
 * Every failure the user can act on. Anything else that is thrown is a bug.
 *
 * `code` is stable kebab-case (`rows-unreadable`); `message` says what is wrong, with the place;
 * `hint` is an imperative sentence naming the command or key that helps.
 */
export class StepdownError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly category: ExitCategory;
  /** Machine-readable facts: file, line, key, sizes. Never secrets or row contents beyond an excerpt. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    category: ExitCategory,
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.category = category;
    this.code = code;
    this.hint = hint;
    this.details = options.details ?? {};
  }

  get exitCode(): number {
    return exitCodes[this.category];
  }
}
