import type { Decision } from '../../stages/decide/index.ts';

/** Which traffic is measured; at most one of the two. */
export interface MeasuredTraffic {
  /** Exported log, in place of the gateway's captures; absolute path. */
  readonly logFile?: string;
  /** Only captures of this alias; without it of the one that is called most. */
  readonly alias?: string;
}

/** What a decision is made from, and whether it is written down. Paths are absolute. */
export interface DecideOptions extends MeasuredTraffic {
  /** File of answers; those under `decide` in stepdown.yaml when absent. */
  readonly answersFile?: string;
  /** HTML file to write. */
  readonly reportFile?: string;
  /** Labelled rows that are looked at; null for the frozen dataset of the workspace. */
  readonly dataFile?: string | null;
  /** List prices that count before the shipped ones. */
  readonly pricesFile?: string;
}

/** A decision, and the file it was written to, where one was asked for. */
export type WrittenDecision = Decision & { readonly report?: string };
