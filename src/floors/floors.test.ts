import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { taskKinds } from '../core/task.ts';
import { fitLinearClassifier } from '../text/linear-classifier.ts';
import { fitTfidf, type SparseVector } from '../text/tfidf.ts';
import { fitFloors, floorIds } from './fit-floors.ts';
import { fitMajority } from './majority.ts';
import { fitNearestNeighbour } from './nearest-neighbour.ts';
import { fitTokenLookup } from './token-lookup.ts';

const golden = JSON.parse(readFileSync(new URL('./fixtures/tfidf-golden.json', import.meta.url), 'utf8')) as {
  texts: string[];
  targets: string[];
  queries: string[];
  features: number;
  similarities: number[][];
  sortedWeights: number[][];
  answers: string[];
};

function dot(a: SparseVector, b: SparseVector): number {
  const values = new Map(Array.from(b.indices, (index, at) => [index, b.values[at]!]));
  return a.indices.reduce((sum, index, at) => sum + a.values[at]! * (values.get(index) ?? 0), 0);
}

describe('floors', () => {
  const tfidf = fitTfidf(golden.texts);

  it.each(taskKinds)('of a %s task are known by name before they are fitted', kind => {
    const task = { kind, labels: [...new Set(golden.targets)], schema: {} };
    const rows = golden.texts.map((text, line) => ({
      id: `${line}`,
      messages: [{ role: 'user' as const, content: text }],
      target: golden.targets[line]!,
      references: [],
      group: null,
      source: { file: 'rows.jsonl', line },
    }));
    expect(fitFloors(task, rows, 1).map(({ id }) => id)).toEqual(floorIds(kind));
  });

  it('weigh features as scikit-learn does', () => {
    expect(tfidf.features).toBe(golden.features);
    golden.queries.forEach((query, row) => {
      const vector = tfidf.vector(query);
      const weights = [...vector.values].sort((a, b) => a - b);
      expect(weights).toHaveLength(golden.sortedWeights[row]!.length);
      weights.forEach((weight, at) => {
        expect(weight).toBeCloseTo(golden.sortedWeights[row]![at]!, 12);
      });
      golden.texts.forEach((text, at) => {
        expect(dot(vector, tfidf.vector(text))).toBeCloseTo(golden.similarities[row]![at]!, 12);
      });
    });
  });

  it('classify as LinearSVC does', () => {
    const floor = fitLinearClassifier(tfidf, golden.texts, golden.targets, 1);
    expect(golden.queries.map(floor.answer)).toEqual(golden.answers);
  });

  it('answer with the target of the nearest row', () => {
    const floor = fitNearestNeighbour(tfidf, golden.texts, golden.targets);
    golden.queries.forEach((query, row) => {
      const similar = golden.similarities[row]!;
      expect(floor.answer(query)).toBe(golden.targets[similar.indexOf(Math.max(...similar))]);
    });
    expect(floor.answer('§§')).toBe(golden.targets[0]);
  });

  it('answer the majority, the first one on a tie', () => {
    expect(fitMajority(['b', 'a', 'a', 'b']).answer('')).toBe('b');
    expect(fitMajority(['b', 'a', 'a']).answer('')).toBe('a');
  });

  it('rewrite word by word, and unseen words as words of their shape were', () => {
    const floor = fitTokenLookup(
      ['PH639 REPL PUMP', 'CR871 REPL TYRE', 'BELT WORN', 'LONGER THAN TARGET'],
      ['<id> replace pump', '<id> replace tyre', 'belt worn', 'x'],
    );
    expect(floor.answer('AB123 REPL HOSE')).toBe('<id> replace hose');
  });
});
