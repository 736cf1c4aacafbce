import type { Decision } from '../../stages/decide/index.ts';

/** What a decision is made from, and whether it is written down. Paths are absolute. */
export interface DecideOptions {
  /** File of answers; those under `decide` in stepdown.yaml when absent. */
  readonly answersFile?: string;
  /** HTML file to write. */
  readonly reportFile?: string;
  /** Exported log that the traffic is measured from, in place of the gateway's captures. */
  readonly logFile?: string;
  /** Labelled rows that are looked at; null for the frozen dataset of the workspace. */
  readonly dataFile?: string | null;
  /** List prices that count before the shipped ones. */
  readonly pricesFile?: string;
}

/** A decision, and the file it was written to, where one was asked for. */
export type WrittenDecision = Decision & { readonly report?: string };
