import type { Estimate } from '../../../core/estimate.ts';
import type { TaskKind } from '../../../core/task.ts';

/** What labelled rows say of the task. Each part is null where the rows cannot say it. */
export interface DataEvidence {
  /** "train.jsonl", "the frozen dataset of the workspace". */
  readonly source: string;
  /** Rows with an input and a target. Of a frozen dataset, those of the development splits. */
  readonly rows: number;
  /** Whether they are all the rows there are: the test split of a frozen dataset stays sealed. */
  readonly complete: boolean;
  /** As the targets look. */
  readonly kind: TaskKind;
  /** Different labels; null where targets are no labels. */
  readonly labels: number | null;
  /** Rows whose input and target came before, 0..1. */
  readonly duplicateShare: number;
  readonly breadth: RowLikeness | null;
  /** Rows whose label a model that has not seen them holds for wrong; null where it knows too little of the labels. */
  readonly labelNoise: Estimate | null;
}

/** How much the inputs are like each other. */
export interface RowLikeness {
  /** Inputs with a near neighbour among the others, 0..1. */
  readonly nearShare: Estimate;
  /** Cosine of TF-IDF vectors from which on another input is near. */
  readonly nearFrom: number;
}

/** Different inputs below which likeness says too little: among few rows nothing is near. */
export const fewestInputs = 300;
/**
 * Cosine from which on inputs are near, and shares of near ones that mean narrow and not narrow. Found on eight public
 * data sets: narrow ones (two of work orders, bank questions, restaurant descriptions) have 0.84 to 1.00 near inputs,
 * broad ones (school science, reading, general knowledge, common sense) 0.23 to 0.47. See `bench/breadth.mjs`.
 */
export const nearFrom = 0.3;
const narrowFrom = 0.75;
const scatteredBelow = 0.5;

/** What the likeness of rows says of a task's breadth; null between the two, and where it was not measured. */
export function measuredBreadth(data: DataEvidence | null): 'narrow' | 'scattered' | null {
  const near = data?.breadth?.nearShare;
  if (near === undefined) return null;
  if (near.low >= narrowFrom) return 'narrow';
  return near.high < scatteredBelow ? 'scattered' : null;
}
