import type { MeasuredTraffic } from '../decide/views.ts';

/** How an interview is begun. Paths are absolute. */
export interface InterviewOptions extends MeasuredTraffic {
  /** File that the answers are written to; one that exists is continued. */
  readonly saveFile: string;
  /** Ask what was answered already too. */
  readonly again?: boolean;
}

/** A question as it is shown. */
export interface QuestionView {
  readonly key: string;
  readonly section: {
    readonly title: string;
    /** What the section is about, as a question. */
    readonly asks: string;
    /** Whether `s` leaves the rest of it out. */
    readonly skippable: boolean;
  };
  /** 1-based, among the questions that matter given the answers so far. */
  readonly number: number;
  readonly of: number;
  readonly ask: string;
  readonly why: string;
  /** Null where the answer is a word. */
  readonly unit: string | null;
  /** Words to choose from; empty where the answer is none of a list. */
  readonly choices: readonly string[];
  readonly example: string | null;
  /** What an unknown answer means; null where an answer is needed, or a measurement is there. */
  readonly unknown: string | null;
  /** What was measured or configured already; null where nothing was. */
  readonly known: { readonly text: string; readonly source: string } | null;
  /** The answer in the file; null where there is none. */
  readonly answer: string | null;
}

/** What came of a line that was typed. */
export type Said =
  /** An answer is in the file, and the next question is up. `text` is the answer as it was understood. */
  | { readonly kind: 'kept'; readonly text: string }
  | { readonly kind: 'moved' | 'quit' }
  /** The same question is up again. */
  | { readonly kind: 'problem'; readonly message: string };

/** An interview that goes on. Every answer is in the file before the next question is up. */
export interface Interview {
  /** Questions that the file answers already, and that are not asked again. */
  readonly answered: number;
  /** Answers taken over from stepdown.yaml; each is asked, and Enter keeps it. */
  readonly prefilled: number;
  /** The question that is up; null when all are answered. */
  question(): QuestionView | null;
  /** @param line an answer, or `b`, `s`, `q`, `?` */
  say(line: string): Promise<Said>;
  /**
   * Answers that cannot all be true, each with both sides; those that are questions are up again.
   * @throws ConfigError `answers-contradict` where none of them is a question
   */
  contradictions(): readonly string[];
}

/** Asking instead of reading a file. */
export interface InterviewVerbs {
  /** @throws ConfigError `answers-invalid` | `alias-with-log` | `alias-not-captured` | `log-format-unknown` | `log-file-missing`; DataError `log-empty` */
  interview(options: InterviewOptions): Promise<Interview>;
}
