import {
  type BranchLogProbabilities,
  branchingNodes,
  labelProbabilities,
  logSoftmax,
  type OpenBranch,
  planEvaluation,
  type TrieNode,
  undecided,
} from '../decoding/label-trie.ts';
import type { Context } from '../native/context.ts';
import type { Slot } from './prompt-slots.ts';
import { type BatchPlan, type Job, planPrompt } from './scheduler.ts';
import { cheapTokens, nextWave } from './score-waves.ts';

/** Mass (0..1) below which a branch is not split further: no label is off by more. */
const negligibleMass = 1e-6;

/**
 * Scores a closed label set: the prompt, then waves of branching nodes, each wave one decode call in which every
 * branch is a sequence of its own. A small trie goes along with the prompt, in a single call. Where only the
 * likeliest labels must be exact, the prompt goes alone, and a branch is split only while it may hold one of them,
 * the likeliest first.
 */
export class ScoreJob implements Job {
  readonly prompt: readonly number[];
  cachedTokens = 0;
  /** Tokens of the trie that were evaluated. */
  evaluatedTokens = 0;
  readonly #root: TrieNode;
  /** Likeliest labels that must be exact; null for all. */
  readonly #exactLabels: number | null;
  readonly #known: BranchLogProbabilities = new Map();
  /** Batch index of each node whose children's logits the call in progress gives. */
  readonly #reading = new Map<TrieNode, number>();

  constructor(prompt: readonly number[], root: TrieNode, exactLabels: number | null) {
    this.prompt = prompt;
    this.#root = root;
    this.#exactLabels = exactLabels;
  }

  /** Branches have cells of their own. */
  get reservedTokens(): number {
    return this.prompt.length;
  }

  begin(cachedTokens: number): void {
    this.cachedTokens = cachedTokens;
  }

  plan(slot: Slot, plan: BatchPlan): void {
    const missing = this.prompt.length - slot.tokens.length;
    if (missing === 0) {
      this.#planNodes(slot, plan, nextWave(this.#open(), this.#exactLabels));
      return;
    }
    const all = branchingNodes(this.#root);
    const { nodes, leaves } = planEvaluation(all);
    const small = this.#exactLabels === null && nodes.length <= cheapTokens && leaves <= plan.branches;
    if (small && missing + nodes.length <= plan.promptRoom) this.#planNodes(slot, plan, all);
    else this.#read(this.#root, planPrompt(slot, this.prompt, plan));
  }

  consume(slot: Slot, context: Context): boolean {
    for (const [node, index] of this.#reading) {
      const logits = context.logits(index);
      this.#known.set(node, logSoftmax(Array.from(node.children.keys(), token => logits[token]!)));
    }
    this.#reading.clear();
    return slot.tokens.length === this.prompt.length && this.#open().length === 0;
  }

  /** Probabilities in the order in which the labels were put into the trie. */
  probabilities(count: number): number[] {
    return labelProbabilities(this.#root, count, this.#known);
  }

  #open(): OpenBranch[] {
    return undecided(this.#root, this.#known, this.#exactLabels, negligibleMass);
  }

  /** Plans the prompt's rest and as many of the nodes as fit; the others come in the next wave. */
  #planNodes(slot: Slot, plan: BatchPlan, wave: readonly TrieNode[]): void {
    const missing = this.prompt.length - slot.tokens.length;
    let count = wave.length;
    let tree = planEvaluation(wave);
    const fits = () =>
      tree.leaves <= plan.branches && count < plan.outputs && missing + tree.nodes.length <= plan.room;
    while (count > 0 && !fits()) {
      count -= 1;
      tree = planEvaluation(wave.slice(0, count));
    }
    if (count === 0) return;
    const branches = plan.takeBranches(slot, tree.leaves);
    this.#read(this.#root, missing > 0 ? planPrompt(slot, this.prompt, plan, branches) : null);
    for (const { node, first, end, output } of tree.nodes) {
      const index = plan.add({
        token: node.token,
        position: this.prompt.length + node.depth - 1,
        sequences: branches.slice(first, end),
        output,
      });
      if (output) this.#read(node, index);
    }
    this.evaluatedTokens += tree.nodes.length;
  }

  #read(node: TrieNode, index: number | null): void {
    if (index !== null && node.children.size > 1) this.#reading.set(node, index);
  }
}
