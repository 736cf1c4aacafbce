import { createRandom } from '../../../stats/random/random.ts';
import { shuffle } from '../../../stats/random/shuffle.ts';
import { HashedTfidf } from '../../../text/hashed-tfidf.ts';
import { fitSoftmaxClassifier, type SoftmaxClassifier } from '../../../text/softmax-classifier.ts';
import type { AuditRows } from '../audit-rows.ts';
import { rowsText } from '../finding.ts';
import { agreementText, type JudgedLabels } from './judged-labels.ts';
import { JudgedRows, judgedRow } from './judged-rows.ts';

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

/**
 * Judges every row by a linear model that has not seen it, nor a row with an equal input: out of fold for the rows that are
 * learnt from, and by the model of the first fold for the others.
 * @param remembers see JudgedRows
 */
export async function judgeLabels(
  rows: AuditRows,
  seed: number,
  alive: (what: string) => Promise<void>,
  remembers: (row: number) => boolean,
): Promise<JudgedLabels> {
  const { classes, members } = rowsOfLabels(rows, seed);
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
  const judged = new JudgedRows(classes.length, remembers);
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
        judged.add(judgedRow(learnt[place]!, given[place]!, model.probabilities(matrix, place)));
    firstModel ??= model;
    await alive(`labels: part ${fold + 1} of ${folds}`);
  }
  // A row with the input of a learnt row would be judged by a model that has seen it.
  const seen = new Set(learnt.map(row => rows.key(row)));
  const drawn = members.slice(maximumLearnt, Math.max(maximumLearnt, Math.floor(maximumScores / perClass)));
  const others = drawn.filter(row => !seen.has(rows.key(row)) || foldOf(row) === 0);
  for (let from = 0; from < others.length; from += batch) {
    const part = others.slice(from, from + batch);
    const vectorsOfPart = vectors.rows(part.map(row => rows.text(row)));
    part.forEach((row, place) => {
      judged.add(judgedRow(row, classAt(row), firstModel!.probabilities(vectorsOfPart, place)));
    });
    await alive(`labels: ${judged.size} rows judged`);
  }
  return {
    judge: 'linear',
    name: 'linear model',
    judged,
    labelOf: label => rows.targetText(classes[label]!),
    method:
      `probabilities out of ${folds} folds of a linear model on TF-IDF, learnt from ${rowsText(learnt.length)}; it ` +
      `${agreementText(judged)}. Labels with fewer than ${minimumRowsToJudge} rows are not judged`,
    notJudged: {
      'trained-on': drawn.length - others.length,
      'rare-label': rows.count - members.length,
      'not-drawn': members.length - learnt.length - drawn.length,
    },
  };
}

/** Rows of labels with enough rows, shuffled where they are more than are learnt from. */
function rowsOfLabels(rows: AuditRows, seed: number): { classes: number[]; members: number[] } {
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
