import { branchingNodes, type OpenBranch, planEvaluation, type TrieNode } from '../decoding/label-trie.ts';

/** Tokens that ride along with a batch at little cost, because reading the weights is what takes the time. */
export const cheapTokens = 8;

/** Part of the open mass (0..1) that a wave splits where only the likeliest labels are wanted. */
const sufficientMass = 0.9;

/** Mass (0..1) of a branch from which on the branchings below it are as good as sure to be needed too. */
const likelyMass = 1e-3;

/**
 * What to split in the next decode call. A call costs as much as some three tokens, and every call evaluates the
 * way down to its nodes again; so a wave also takes what later waves would need, and nothing that the answer to
 * this one may make needless.
 * @param open what must still be split, of highest mass first
 * @param exactLabels likeliest labels that must be exact; null for all
 * @returns nodes to split, the most important first
 */
export function nextWave(open: readonly OpenBranch[], exactLabels: number | null): TrieNode[] {
  return exactLabels === null ? withWhatLiesBelow(open) : likeliest(open);
}

/** Once the likeliest branches are split, their labels mostly outweigh what the others hold. */
function likeliest(open: readonly OpenBranch[]): TrieNode[] {
  const total = open.reduce((sum, { mass }) => sum + mass, 0);
  let taken = 0;
  const first = open.findIndex(({ mass }) => {
    taken += mass;
    return taken >= sufficientMass * total;
  });
  return open.slice(0, first + 1).map(({ node }) => node);
}

function withWhatLiesBelow(open: readonly OpenBranch[]): TrieNode[] {
  const wave = new Set(open.map(({ node }) => node));
  for (const { node: top, mass } of open)
    for (const node of branchingNodes(top)) {
      if (wave.has(node)) continue;
      wave.add(node);
      if (mass >= likelyMass || planEvaluation([...wave]).nodes.length <= cheapTokens) continue;
      wave.delete(node);
      break;
    }
  return [...wave];
}
