import type { TrainingReason } from '../names.ts';

/** One capture's say on what the right answer to an input is. */
export interface Vote {
  readonly captureId: string;
  readonly at: number;
  /** Hash of the target. */
  readonly target: string;
  readonly reason: TrainingReason;
}

/** Who decided for an input, and what became of the others. */
export interface Settled {
  readonly captureId: string;
  /** Captures that say the same. */
  readonly agreeing: number;
  /** Captures that said otherwise and were overruled. */
  readonly overruled: number;
}

const byPeople: readonly TrainingReason[] = ['corrected', 'confirmed'];

/**
 * Settles the votes on one input, one by one as they are read: what people said wins over models, a correction over
 * an approval, and among people the newest; among models the answer given most often, and of a tie the newest.
 */
export class TargetVotes {
  #people: Vote | null = null;
  readonly #byTarget = new Map<string, { count: number; newest: Vote }>();
  #votes = 0;

  constructor(first: Vote) {
    this.add(first);
  }

  add(vote: Vote): void {
    this.#votes += 1;
    const same = this.#byTarget.get(vote.target);
    const newest = same === undefined || isNewer(vote, same.newest) ? vote : same.newest;
    this.#byTarget.set(vote.target, { count: (same?.count ?? 0) + 1, newest });
    if (byPeople.includes(vote.reason) && (this.#people === null || outweighs(vote, this.#people))) {
      this.#people = vote;
    }
  }

  settle(): Settled {
    const [most] = [...this.#byTarget.values()].sort(
      (a, b) => b.count - a.count || (isNewer(a.newest, b.newest) ? -1 : 1),
    );
    const winner = this.#people ?? most!.newest;
    const agreeing = this.#byTarget.get(winner.target)!.count;
    return { captureId: winner.captureId, agreeing, overruled: this.#votes - agreeing };
  }
}

function outweighs(vote: Vote, other: Vote): boolean {
  return vote.reason === other.reason ? isNewer(vote, other) : vote.reason === 'corrected';
}

function isNewer(a: Vote, b: Vote): boolean {
  return a.at > b.at || (a.at === b.at && a.captureId > b.captureId);
}
