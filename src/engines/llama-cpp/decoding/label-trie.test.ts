import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextWave } from '../scheduling/score-waves.ts';
import {
  type BranchLogProbabilities,
  branchingNodes,
  buildLabelTrie,
  frontier,
  labelProbabilities,
  logSoftmax,
  planEvaluation,
  undecided,
} from './label-trie.ts';

const end = 0;
const sequences = fc
  .uniqueArray(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }), {
    minLength: 2,
    maxLength: 30,
    selector: tokens => tokens.join(),
  })
  .map(labels => labels.map(tokens => [...tokens, end]));

/** Logits that depend on the whole path, as a language model's do. */
function logit(path: readonly number[], token: number): number {
  return Math.sin([...path, token].reduce((sum, part) => 31 * sum + part + 1, 7)) * 3;
}

function path(node: { token: number; parent: unknown } | null): number[] {
  const above = node?.parent as typeof node;
  return above ? [...path(above), node!.token] : [];
}

function evaluate(nodes: ReturnType<typeof branchingNodes>): BranchLogProbabilities {
  return new Map(
    nodes.map(node => [node, logSoftmax([...node.children.keys()].map(token => logit(path(node), token)))]),
  );
}

/** Independent of the trie: each label's tokens in turn, against the continuations other labels allow. */
function oneByOne(labels: readonly (readonly number[])[]): number[] {
  return labels.map(tokens => {
    let probability = 1;
    tokens.forEach((token, index) => {
      const prefix = tokens.slice(0, index);
      const same = labels.filter(other => prefix.every((part, at) => other[at] === part));
      const allowed = [...new Set(same.map(other => other[index]!))];
      const total = allowed.reduce((sum, other) => sum + Math.exp(logit(prefix, other)), 0);
      probability *= Math.exp(logit(prefix, token)) / total;
    });
    return probability;
  });
}

test('gives every label the probability that decoding it alone under the constraint gives', () => {
  fc.assert(
    fc.property(sequences, labels => {
      const root = buildLabelTrie(labels);
      const got = labelProbabilities(root, labels.length, evaluate(branchingNodes(root)));
      oneByOne(labels).forEach((wanted, index) => {
        expect(got[index]).toBeCloseTo(wanted, 10);
      });
      expect(got.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 10);
    }),
  );
});

test('finds the likeliest labels exactly without splitting what cannot hold one of them', () => {
  fc.assert(
    fc.property(sequences, fc.integer({ min: 1, max: 5 }), (labels, exactLabels) => {
      const root = buildLabelTrie(labels);
      const known = evaluate([root].filter(node => node.children.size > 1));
      for (let open = undecided(root, known, exactLabels, 0); open.length > 0; ) {
        const wave = nextWave(open, exactLabels);
        expect(wave.length).toBeGreaterThan(0);
        for (const [node, split] of evaluate(wave)) known.set(node, split);
        open = undecided(root, known, exactLabels, 0);
      }
      const got = labelProbabilities(root, labels.length, known);
      const falling = (numbers: readonly number[]) =>
        [...numbers].sort((a, b) => b - a).slice(0, exactLabels);
      const wanted = oneByOne(labels);
      falling(got).forEach((one, rank) => {
        expect(one).toBeCloseTo(falling(wanted)[rank]!, 10);
      });
      const best = got.indexOf(Math.max(...got));
      expect(got[best]).toBeCloseTo(wanted[best]!, 10);
      expect(got.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 10);
      expect(known.size).toBeLessThanOrEqual(branchingNodes(root).length);
    }),
  );
});

test('takes only the likeliest branch where it probably holds the likeliest label', () => {
  const root = buildLabelTrie([
    [1, 1, end],
    [1, 2, end],
    [2, 1, end],
    [2, 2, end],
  ]);
  const [, one, two] = branchingNodes(root);
  const open = (masses: readonly number[]) =>
    [one!, two!].map((node, index) => ({ node, mass: masses[index]! }));
  expect(nextWave(open([0.95, 0.05]), 1)).toEqual([one]);
  expect(nextWave(open([0.6, 0.4]), 1)).toEqual([one, two]);
  expect(nextWave(open([0.95, 0.05]), null)).toEqual([one, two]);
});

test('takes what lies below a branch that counts along with it, where all labels are wanted', () => {
  const long = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  const root = buildLabelTrie([
    [1, 1, end],
    [1, 2, ...long, 1, end],
    [1, 2, ...long, 2, end],
    [2, end],
  ]);
  const [, top, below] = branchingNodes(root);
  expect(nextWave([{ node: top!, mass: 0.5 }], null)).toEqual([top, below]);
  expect(nextWave([{ node: top!, mass: 1e-5 }], null)).toEqual([top]);
  expect(nextWave([{ node: top!, mass: 0.5 }], 1)).toEqual([top]);
});

test('plans each node once, parents first, in the sequences of exactly its own leaves', () => {
  fc.assert(
    fc.property(sequences, labels => {
      const root = buildLabelTrie(labels);
      const { nodes, leaves } = planEvaluation(branchingNodes(root));
      expect(new Set(nodes.map(({ node }) => node)).size).toBe(nodes.length);
      const seen = new Map(nodes.map((planned, index) => [planned.node, { ...planned, index }]));
      for (const { node, first, end: last } of nodes) {
        expect(last).toBeGreaterThan(first);
        expect(last).toBeLessThanOrEqual(leaves);
        const parent = node.parent && seen.get(node.parent);
        if (!parent) continue;
        expect(parent.index).toBeLessThan(seen.get(node)!.index);
        expect(parent.first).toBeLessThanOrEqual(first);
        expect(parent.end).toBeGreaterThanOrEqual(last);
      }
    }),
  );
});

test('never evaluates what follows the last branching', () => {
  const root = buildLabelTrie([
    [1, 2, 3, 4, end],
    [1, 5, 6, end],
  ]);
  expect(planEvaluation(branchingNodes(root)).nodes.map(({ node }) => node.token)).toEqual([1]);
});

test('makes the end of turn a choice where one label begins another', () => {
  const root = buildLabelTrie([
    [1, end],
    [1, 2, end],
  ]);
  expect([...branchingNodes(root)[0]!.children.keys()]).toEqual([end, 2]);
});

test('shares the mass of a branch that was not split, and says how much that is', () => {
  const labels = [
    [1, 1, end],
    [1, 2, end],
    [2, end],
  ];
  const root = buildLabelTrie(labels);
  const known: BranchLogProbabilities = new Map([[root, logSoftmax([Math.log(0.2), Math.log(0.8)])]]);
  expect(frontier(root, known).map(({ mass }) => mass)).toEqual([expect.closeTo(0.2, 12)]);
  expect(labelProbabilities(root, 3, known)).toEqual(
    [0.1, 0.1, 0.8].map(wanted => expect.closeTo(wanted, 12)),
  );
});

test.each([
  [
    'equal',
    [
      [1, end],
      [1, end],
    ],
  ],
  ['empty', [[1, end], []]],
  ['a continuation of another without an end', [[1], [1, 2]]],
])('refuses a label that is %s', (_, labels) => {
  expect(() => buildLabelTrie(labels)).toThrow(expect.objectContaining({ code: 'labels-ambiguous' }));
});
