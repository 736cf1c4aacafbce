import { ConfigError } from '../../../core/errors/index.ts';

/** A prefix shared by one or more labels. */
export interface TrieNode {
  readonly token: number;
  /** Tokens from the root, which has 0. */
  readonly depth: number;
  readonly parent: TrieNode | null;
  readonly children: Map<number, TrieNode>;
  /** Index of the label that ends here, or null. */
  label: number | null;
}

/** Log-probability (natural) of each child of a branching node, in the order of its children. */
export type BranchLogProbabilities = Map<TrieNode, readonly number[]>;

/** A branching node whose split is unknown, and the probability (0..1) of all labels below it together. */
export interface OpenBranch {
  readonly node: TrieNode;
  readonly mass: number;
}

/** A node of one evaluation and the sequences it belongs to: leaves `first` (inclusive) to `end` (exclusive). */
export interface PlannedNode {
  readonly node: TrieNode;
  readonly first: number;
  readonly end: number;
  /** Its children's logits are wanted. */
  readonly output: boolean;
}

/**
 * Puts the labels' token sequences into a trie. Each must end with the end of turn, so that a label which is
 * a prefix of another has the end of turn as a child beside the continuation.
 * @throws ConfigError `labels-ambiguous` when one sequence equals or begins another
 */
export function buildLabelTrie(sequences: readonly (readonly number[])[]): TrieNode {
  const root = createNode(0, null);
  sequences.forEach((tokens, label) => {
    let node = root;
    for (const token of tokens) {
      const child = node.children.get(token) ?? createNode(token, node);
      if (node.label !== null) throw ambiguous(node.label, label);
      node.children.set(token, child);
      node = child;
    }
    if (node.label !== null || node.children.size > 0 || node === root) throw ambiguous(node.label, label);
    node.label = label;
  });
  return root;
}

/**
 * Branching nodes at or below a node, parents first. What follows the last branching is forced: it has
 * probability 1 and is never evaluated.
 */
export function branchingNodes(from: TrieNode): TrieNode[] {
  const found = from.children.size > 1 ? [from] : [];
  for (const child of from.children.values()) found.push(...branchingNodes(child));
  return found;
}

/** The branching nodes reachable through evaluated ones whose own split is still unknown, with their mass 0..1. */
export function frontier(root: TrieNode, known: BranchLogProbabilities): OpenBranch[] {
  const open: OpenBranch[] = [];
  walk(root, known, (node, logProbability) => {
    if (node.children.size > 1 && !known.has(node)) open.push({ node, mass: Math.exp(logProbability) });
  });
  return open;
}

/**
 * Probability of every label. The mass of a node whose split was not evaluated is shared equally by the labels
 * below it, so a label is off by that mass at most.
 */
export function labelProbabilities(root: TrieNode, count: number, known: BranchLogProbabilities): number[] {
  const probabilities = new Array<number>(count).fill(0);
  walk(root, known, (node, logProbability) => {
    if (node.label !== null) probabilities[node.label] = Math.exp(logProbability);
    else if (node.children.size > 1 && !known.has(node)) {
      const below = labelsBelow(node);
      for (const label of below) probabilities[label] = Math.exp(logProbability) / below.length;
    }
  });
  return probabilities;
}

/**
 * The branching nodes that must still be split, of highest mass first.
 * @param exactLabels likeliest labels that must get their exact probability; null for all
 * @param negligibleMass branches of no more mass than this (0..1) are left whole in any case
 */
export function undecided(
  root: TrieNode,
  known: BranchLogProbabilities,
  exactLabels: number | null,
  negligibleMass: number,
): OpenBranch[] {
  // No label below a branch has more than the branch: one that weighs less than the last exact label holds none.
  const last = exactLabels === null ? 0 : knownProbability(root, exactLabels, known);
  return frontier(root, known)
    .filter(({ mass }) => mass > Math.max(negligibleMass, last))
    .sort((a, b) => b.mass - a.mass);
}

/** The rank-th highest probability (from 1) among the labels whose own is known; 0 where fewer are known. */
function knownProbability(root: TrieNode, rank: number, known: BranchLogProbabilities): number {
  const found: number[] = [];
  walk(root, known, (node, logProbability) => {
    if (node.label !== null) found.push(Math.exp(logProbability));
  });
  return found.sort((a, b) => b - a)[rank - 1] ?? 0;
}

/** The root-less tree that leads to the targets, parents first, each node once; shared by sequence sets. */
export function planEvaluation(targets: readonly TrieNode[]): { nodes: PlannedNode[]; leaves: number } {
  const wanted = new Set(targets);
  const marked = new Set<TrieNode>();
  for (const target of targets)
    for (let node: TrieNode | null = target; node !== null && !marked.has(node); node = node.parent)
      marked.add(node);
  const nodes: PlannedNode[] = [];
  const visit = (node: TrieNode, first: number): number => {
    const place = nodes.length;
    if (node.parent !== null) nodes.push({ node, first, end: first, output: wanted.has(node) });
    let end = first;
    for (const child of node.children.values()) if (marked.has(child)) end = visit(child, end);
    if (end === first && node.parent !== null) end = first + 1;
    if (node.parent !== null) nodes[place] = { ...nodes[place]!, end };
    return end;
  };
  let root: TrieNode | null = targets[0] ?? null;
  while (root?.parent) root = root.parent;
  return { nodes, leaves: root === null ? 0 : visit(root, 0) };
}

/** Natural-log softmax. */
export function logSoftmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const logSum = highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  return logits.map(logit => logit - logSum);
}

/** Visits every node that can be reached through evaluated branchings, with its log-probability. */
function walk(
  root: TrieNode,
  known: BranchLogProbabilities,
  see: (node: TrieNode, logProbability: number) => void,
): void {
  const visit = (node: TrieNode, logProbability: number): void => {
    see(node, logProbability);
    if (node.children.size === 1) for (const child of node.children.values()) visit(child, logProbability);
    const split = known.get(node);
    if (split === undefined) return;
    let index = 0;
    for (const child of node.children.values()) visit(child, logProbability + split[index++]!);
  };
  visit(root, 0);
}

function labelsBelow(node: TrieNode): number[] {
  if (node.label !== null) return [node.label];
  return [...node.children.values()].flatMap(labelsBelow);
}

function createNode(token: number, parent: TrieNode | null): TrieNode {
  return { token, depth: parent === null ? 0 : parent.depth + 1, parent, children: new Map(), label: null };
}

function ambiguous(one: number | null, other: number): ConfigError {
  return new ConfigError(
    'labels-ambiguous',
    `Label ${other + 1} cannot be told apart from ${one === null ? 'another label' : `label ${one + 1}`} by its tokens`,
    'Remove the duplicate or empty label.',
    { details: { label: other } },
  );
}
