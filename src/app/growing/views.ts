import type {
  ModelName,
  SetAsideCode,
  SpendingEstimate,
  TermsCheck,
  UnreadDocument,
} from '../../stages/grow/index.ts';

export type { SpendingEstimate, TermsCheck, UnreadDocument };

/** What will be asked and what it will cost, before any of it is. */
export interface SpendingPlan {
  readonly teacher: ModelName;
  readonly judge: ModelName | null;
  readonly terms: TermsCheck;
  readonly estimate: SpendingEstimate;
  /** Requests of this plan that an earlier run has answered; they are not sent again. */
  readonly answeredBefore: number;
  /** US dollars; null for no bound. */
  readonly budgetUsd: number | null;
  readonly documents: DocumentsView | null;
}

export interface DocumentsView {
  readonly read: number;
  readonly passages: number;
  /** Every file that gave nothing, with the reason. */
  readonly unread: readonly UnreadDocument[];
  /** Every file of which something was left out, with what and why. */
  readonly incomplete: readonly UnreadDocument[];
}

/** A file of rows that the large model made. */
export interface MadeDataset {
  /** Absolute path of the rows, for `data.sources`. */
  readonly output: string;
  /** How `data.sources` must name its format; null where the file's ending says it. */
  readonly format: 'chat-jsonl' | null;
  /** Absolute path of what was set aside, with reasons. */
  readonly setAsideFile: string;
  readonly rows: number;
  /** Inputs that the filters saw. */
  readonly inputs: number;
  /** By reason; inputs like the test split are among them, without their text. */
  readonly setAside: Readonly<Partial<Record<SetAsideCode, number>>>;
  /** True where the budget ended the work early. */
  readonly budgetReached: boolean;
  readonly spent: {
    /** US dollars, null without a price: this run, and earlier runs for the same requests. */
    readonly nowUsd: number | null;
    readonly earlierUsd: number | null;
    /** Answered in this run; taken from earlier runs; sent earlier without an answer, perhaps charged. */
    readonly requests: number;
    readonly answeredBefore: number;
    readonly lost: number;
  };
  readonly plan: SpendingPlan;
  /** Distilled rows that had a target: how many, and of how many the teacher says the same. */
  readonly before: { readonly rows: number; readonly same: number } | null;
}

/** Asked before money is spent; false ends the command. */
export type ConfirmSpending = (plan: SpendingPlan) => Promise<boolean>;

interface SpendOptions {
  /** JSON Lines; absolute path. */
  readonly output: string;
  /** US dollars; wins over grow.budgetUsd. */
  readonly budgetUsd?: number;
  /** The user has read terms that may forbid training on the answers. */
  readonly acceptTerms: boolean;
  readonly confirm: ConfirmSpending;
}

export interface GenerateDataOptions extends SpendOptions {
  /** New inputs to ask for; wins over grow.rows. */
  readonly rows?: number;
  /** Folder; absolute path. */
  readonly documents?: string;
}

export interface DistilDataOptions extends SpendOptions {
  /** JSON Lines of inputs, absolute path; the inputs of the train split when absent. */
  readonly inputs?: string;
  /** 0..1 */
  readonly minProbability?: number;
}

/** Rows from the large model. */
export interface GrowingVerbs {
  /**
   * New rows: inputs and targets.
   * @throws ConfigError `large-missing` | `teacher-terms` | `judge-is-teacher` | `price-missing` |
   *   `spending-not-confirmed` | `output-in-use`; UpstreamError
   */
  generateData(options: GenerateDataOptions): Promise<MadeDataset>;
  /** Targets for inputs that are there. @throws as generateData; ConfigError `logprobs-missing` */
  distilData(options: DistilDataOptions): Promise<MadeDataset>;
}
