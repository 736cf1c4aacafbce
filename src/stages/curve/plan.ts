import type { Task } from '../../core/task.ts';
import { type Clusters, clusterRows, type Groups } from '../../stats/clusters/clusters.ts';
import { createRandom, type Random } from '../../stats/random/random.ts';
import { shuffle } from '../../stats/random/shuffle.ts';

/** One way of holding rows out. */
export interface HoldOut {
  /** Rows that score, by index. */
  readonly heldOut: readonly number[];
  /** All other rows in random order, whole groups together: a model of size n is trained on the first n. */
  readonly trainable: readonly number[];
}

/** Which models are trained, and what scores them. */
export interface CurvePlan {
  /** Training rows, ascending. */
  readonly sizes: readonly number[];
  readonly holdOuts: readonly HoldOut[];
  readonly clusters: Clusters;
}

/** Shares of the rows held out at a time. */
const folds = 5;
/** Rows that the largest models are trained on, over all ways of holding out: about a minute of a linear classifier. */
const rowBudget = 40_000;
const fewestHoldOuts = 3;
const mostHoldOuts = 10;
/** Largest training set and held-out set of a curve: beyond, time grows and the curve hardly sharpens. */
const mostTrainingRows = 20_000;
const mostHeldOut = 5_000;
/** The smallest size is this part of the largest, at most. */
const deepest = 32;
const mostSizes = 8;
const finestStep = Math.SQRT2;
/** Below, a point says more about luck than about the curve. */
const fewestRows = 20;
const fewestRowsPerLabel = 2;

/** Plans a curve: what is held out how often, and the training sizes, evenly spaced on a logarithmic axis. */
export function planCurve(task: Task, rowCount: number, groups: Groups, seed: number): CurvePlan {
  const clusters = clusterRows(rowCount, groups);
  const wanted = Math.min(mostHoldOuts, Math.max(fewestHoldOuts, Math.floor(rowBudget / rowCount)));
  const random = createRandom(seed);
  const holdOuts: HoldOut[] = [];
  while (clusters.count >= folds && holdOuts.length < wanted) {
    const order = shuffled(clusters.count, random);
    for (let fold = 0; fold < folds && holdOuts.length < wanted; fold++) {
      const heldOut = order
        .filter((_, at) => at % folds === fold)
        .flatMap(cluster => rowsOf(clusters, cluster));
      const others = order.filter((_, at) => at % folds !== fold);
      const trainable = shuffled(others.length, random).flatMap(at => rowsOf(clusters, others[at]!));
      holdOuts.push({ heldOut: heldOut.slice(0, mostHeldOut), trainable });
    }
  }
  const smallestSide = Math.min(...holdOuts.map(({ trainable }) => trainable.length));
  const labels = task.kind === 'classify' ? task.labels.length : 0;
  return {
    sizes: holdOuts.length === 0 ? [] : sizesUpTo(Math.min(smallestSide, mostTrainingRows), labels),
    holdOuts,
    clusters,
  };
}

/** Sizes up to the largest; empty where the rows are too few for any. */
export function sizesUpTo(largest: number, labels: number): number[] {
  const smallest = Math.max(fewestRows, fewestRowsPerLabel * labels, Math.ceil(largest / deepest));
  if (smallest > largest) return [];
  const span = Math.log(largest / smallest);
  const steps = Math.min(mostSizes - 1, Math.floor(span / Math.log(finestStep)));
  return Array.from({ length: steps + 1 }, (_, step) =>
    Math.round(largest * Math.exp(-span * (steps === 0 ? 0 : 1 - step / steps))),
  );
}

function rowsOf({ offsets, rows }: Clusters, cluster: number): number[] {
  return Array.from(rows.subarray(offsets[cluster]!, offsets[cluster + 1]!));
}

/** 0..count-1 in random order. */
function shuffled(count: number, random: Random): number[] {
  return shuffle(
    Array.from({ length: count }, (_, index) => index),
    random,
  );
}
