import { createRandom } from '../../../stats/random.ts';
import { shuffle } from '../../../stats/shuffle.ts';
import { HashedTfidf } from '../../../text/hashed-tfidf.ts';
import { fitSoftmaxClassifier, type SoftmaxClassifier } from '../../../text/softmax-classifier.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Judged, JudgedRows, topLabels } from './judged-rows.ts';

/** Rows the models learn from, at most. */
export const maximumLearnt = 20_000;
/** A label with fewer rows is not judged: in some fold the model would hardly know it. */
export const minimumRowsToJudge = 5;
/** Weights of a model, at most: 8 bytes each. */
const maximumWeights = 20_000_000;
/** Rows times labels that are judged, at most, so that a large dataset takes minutes, not hours. */
const maximumScores = 100_000_000;
const batch = 10_000;
export const folds = 5;

/** What the models say of the rows they have not seen. */
export interface JudgedLabels {
  readonly judged: JudgedRows;
  /** Hash of the target of each class. */
  readonly classes: readonly number[];
  readonly learntRows: number;
  /** Share of the judged rows whose label is the most probable, 0..1. */
  readonly agreement: number;
}

/**
 * Judges every row by a model that has not seen it, nor a row with an equal input: out of fold for the rows that are
 * learnt from, and by the model of the first fold for the others.
 */
export async function judgeLabels(
  rows: AuditRows,
  seed: number,
  alive: (what: string) => Promise<void>,
): Promise<JudgedLabels> {
  const { classes, members } = judgedRows(rows, seed);
  const classOf = new Map(classes.map((target, index) => [target, index]));
  const classAt = (row: number) => classOf.get(rows.targetHash(row))!;
  const learnt = members.slice(0, maximumLearnt);
  const perClass = Math.max(1, classes.length);
  const vectors = new HashedTfidf(
    learnt.map(row => rows.text(row)),
    Math.floor(maximumWeights / perClass),
  );
  const matrix = vectors.rows(learnt.map(row => rows.text(row)));
  const given = Int32Array.from(learnt, classAt);
  const foldOf = (row: number) => rows.key(row) % folds;
  const judged = new JudgedRows(classes.length);
  let firstModel: SoftmaxClassifier | null = null;
  for (let fold = 0; fold < folds; fold++) {
    const places = learnt.map((_, place) => place);
    const model = fitSoftmaxClassifier(
      matrix,
      given,
      classes.length,
      places.filter(place => foldOf(learnt[place]!) !== fold),
      seed,
    );
    for (const place of places)
      if (foldOf(learnt[place]!) === fold)
        judged.add(judge(learnt[place]!, given[place]!, model.probabilities(matrix, place)));
    firstModel ??= model;
    await alive(`labels: part ${fold + 1} of ${folds}`);
  }
  // A row with the input of a learnt row would be judged by a model that has seen it.
  const seen = new Set(learnt.map(row => rows.key(row)));
  const others = members
    .slice(maximumLearnt, Math.max(maximumLearnt, Math.floor(maximumScores / perClass)))
    .filter(row => !seen.has(rows.key(row)) || foldOf(row) === 0);
  for (let from = 0; from < others.length; from += batch) {
    const part = others.slice(from, from + batch);
    const vectorsOfPart = vectors.rows(part.map(row => rows.text(row)));
    part.forEach((row, place) => {
      judged.add(judge(row, classAt(row), firstModel!.probabilities(vectorsOfPart, place)));
    });
    await alive(`labels: ${judged.size} rows judged`);
  }
  const agreement = judged.agreeing / Math.max(1, judged.size);
  return { judged, classes, learntRows: learnt.length, agreement };
}

/** Rows of labels with enough rows, shuffled where they are more than are learnt from. */
function judgedRows(rows: AuditRows, seed: number): { classes: number[]; members: number[] } {
  const counts = new Map<number, number>();
  for (const target of rows.targetHashes()) counts.set(target, (counts.get(target) ?? 0) + 1);
  const classes = [...counts]
    .filter(([, count]) => count >= minimumRowsToJudge)
    .map(([target]) => target)
    .sort((a, b) => a - b);
  const known = new Set(classes);
  const members: number[] = [];
  for (const [row, target] of rows.targetHashes().entries()) if (known.has(target)) members.push(row);
  if (members.length <= maximumLearnt) return { classes, members };
  return { classes, members: shuffle(members, createRandom(seed)) };
}

function judge(row: number, given: number, probabilities: Float64Array): Judged {
  const top: { label: number; probability: number }[] = [];
  for (let label = 0; label < probabilities.length; label++) {
    const probability = probabilities[label]!;
    if (top.length === topLabels && probability <= top[topLabels - 1]!.probability) continue;
    let place = Math.min(top.length, topLabels - 1);
    while (place > 0 && top[place - 1]!.probability < probability) {
      top[place] = top[place - 1]!;
      place--;
    }
    top[place] = { label, probability };
  }
  return { row, given, own: probabilities[given]!, top };
}
