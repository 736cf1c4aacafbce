import { type Example, inputText } from '../core/example.ts';
import type { TaskKind } from '../core/task.ts';
import { fitLinearClassifier } from '../text/linear-classifier.ts';
import { fitTfidf } from '../text/tfidf.ts';
import type { Floor } from './floor.ts';
import { fitNearestNeighbour } from './nearest-neighbour.ts';
import { fitTokenLookup } from './token-lookup.ts';

/** A floor that can be fitted many times over. */
export interface CheapFloor {
  readonly id: string;
  readonly title: string;
  fit(train: readonly Example[], seed: number): Floor;
}

/** LIBLINEAR's own default: the labels it gives differ from those of an exact fit in a row or two of 500. */
const looseTolerance = 0.1;

/**
 * The strongest floor of a task kind that is still cheap: a linear classifier of labels, the target of the most
 * similar row for records, and a look-up table of words for texts.
 */
export function cheapFloor(kind: TaskKind): CheapFloor {
  const targets = (train: readonly Example[]) => train.map(({ target }) => target);
  if (kind === 'classify')
    return named('tfidf-linear', 'Linear classifier on TF-IDF', (train, seed) => {
      const texts = train.map(inputText);
      return fitLinearClassifier(fitTfidf(texts), texts, targets(train), seed, looseTolerance).answer;
    });
  if (kind === 'extract')
    return named('tfidf-nearest', 'Answer of the most similar training row (TF-IDF)', train => {
      const texts = train.map(inputText);
      return fitNearestNeighbour(fitTfidf(texts), texts, targets(train)).answer;
    });
  return named(
    'token-lookup',
    'Word-by-word look-up table',
    train => fitTokenLookup(train.map(inputText), targets(train)).answer,
  );
}

function named(
  id: string,
  title: string,
  answerer: (train: readonly Example[], seed: number) => Floor['answer'],
): CheapFloor {
  return { id, title, fit: (train, seed) => ({ id, title, answer: answerer(train, seed) }) };
}
