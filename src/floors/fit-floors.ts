import { type Example, inputText } from '../core/example.ts';
import { type Answer, answerWithoutModel } from '../core/metric.ts';
import type { Task, TaskKind } from '../core/task.ts';
import { fitLinearClassifier } from '../text/linear-classifier.ts';
import { fitTfidf } from '../text/tfidf.ts';
import type { Floor } from './floor.ts';
import { fitMajority } from './majority.ts';
import { fitNearestNeighbour } from './nearest-neighbour.ts';
import { fitTokenLookup } from './token-lookup.ts';

/** What can be had without a language model, fitted on the train split alone. */
export function fitFloors(task: Task, train: readonly Example[], seed: number): Floor[] {
  const texts = train.map(inputText);
  const targets = train.map(({ target }) => target);
  const tfidf = fitTfidf(texts);
  const floors = [fitMajority(targets), fitNearestNeighbour(tfidf, texts, targets)];
  if (task.kind === 'classify') {
    const { answer } = fitLinearClassifier(tfidf, texts, targets, seed);
    floors.push({ id: 'tfidf-linear', title: 'Linear classifier on TF-IDF', answer });
  }
  if (task.kind === 'generate') floors.push(fitTokenLookup(texts, targets));
  return floors;
}

/** Ids of the floors of a task kind, without fitting them. */
export function floorIds(kind: TaskKind): string[] {
  const own = { classify: ['tfidf-linear'], extract: [], generate: ['token-lookup'] }[kind];
  return ['majority', 'tfidf-nearest', ...own];
}

/** Answers of a floor, timed like those of a model. */
export function answerWithFloor(floor: Floor, examples: readonly Example[]): Answer[] {
  return examples.map(example => {
    const began = performance.now();
    const text = floor.answer(inputText(example));
    return answerWithoutModel(example.id, text, performance.now() - began);
  });
}
