import type { Estimate } from '../../../core/estimate.ts';
import { confidenceSequence } from '../../../stats/sequential/confidence-sequence.ts';
import { type Decision, judge } from './judge.ts';
import type { RolloutRule } from './rollout-rule.ts';
import {
  type Arm,
  emptyTallies,
  type Outcome,
  type Phase,
  type RolloutRecord,
  sumTallies,
  type Tallies,
  withOutcome,
} from './rollout-state.ts';

/** Where rollouts are kept. Several processes write beside each other, each its own record. */
export interface RolloutStore {
  /**
   * Records of an alias by writer.
   * @throws DataError `rollout-unreadable`
   */
  read(alias: string): Promise<ReadonlyMap<string, RolloutRecord>>;
  /** Durable once resolved. */
  write(alias: string, writer: string, record: RolloutRecord): Promise<void>;
}

export interface RolloutOptions {
  readonly alias: string;
  /** What is tried out, e.g. hash of specialist and calibration: another one starts anew. */
  readonly candidate: string;
  /** Share of requests that the canary gets, 0..1. 0 is shadow mode: outcomes are counted, nothing is decided. */
  readonly share: number;
  readonly rule: RolloutRule;
  readonly store: RolloutStore;
  /** Name among those that serve the alias now, of no other at the same time, e.g. `worker-1`. */
  readonly writer: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  /** Called when the rollout is decided, in every process that learns of it. */
  readonly onDecision: (phase: Exclude<Phase, 'running'>, because: string) => void;
}

/** What is shown of a rollout. */
export interface RolloutView {
  readonly alias: string;
  readonly phase: Phase;
  readonly because: string | null;
  readonly tallies: Tallies;
  /** Share of compared answers in which specialist and large model agree; null before the first comparison. */
  readonly agreement: Estimate | null;
}

/**
 * A canary or a shadow of one alias: says who answers, learns how it went, and takes the canary back by itself.
 *
 * Deciding happens in memory, at once, in the process that sees the outcome; `exchange` makes it durable and
 * brings in what other processes saw. Between two exchanges a crash loses at most the outcomes since the last.
 */
export class Rollout {
  readonly #options: RolloutOptions;
  #own: RolloutRecord;
  #others: Tallies = emptyTallies();
  #writing: Promise<void> = Promise.resolve();
  #changed = true;

  private constructor(options: RolloutOptions, own: RolloutRecord) {
    this.#options = options;
    this.#own = own;
  }

  /**
   * Continues where this candidate was left: a rolled-back one stays so.
   * @throws RangeError where the share is outside 0..1
   * @throws DataError `rollout-unreadable`
   */
  static async open(options: RolloutOptions): Promise<Rollout> {
    // With all traffic on the canary nothing is left to compare it with; it would never be rolled back.
    if (!(options.share >= 0 && options.share < 1))
      throw new RangeError(`a canary's share must be at least 0 and below 1, got ${options.share}`);
    const rollout = new Rollout(options, {
      schemaVersion: 1,
      candidate: options.candidate,
      phase: 'running',
      because: null,
      decidedAt: null,
      tallies: emptyTallies(),
    });
    const records = await options.store.read(options.alias);
    const left = records.get(options.writer);
    if (left?.candidate === options.candidate) rollout.#own = left;
    rollout.#learn(records);
    return rollout;
  }

  /** Who answers this request. @param draw uniform in [0, 1) */
  arm(draw: number): Arm {
    const { phase } = this.#own;
    if (this.#options.share === 0 || phase === 'rolled-back') return 'incumbent';
    return phase === 'promoted' || draw < this.#options.share ? 'canary' : 'incumbent';
  }

  /** Takes an outcome in and judges. After the decision outcomes are counted still, and change nothing. */
  observe(outcome: Outcome): Decision {
    this.#own = { ...this.#own, tallies: withOutcome(this.#own.tallies, outcome) };
    this.#changed = true;
    // Only what the canary did can show something new soon; not judging is valid at any time.
    if (this.#own.phase !== 'running' || outcome.arm !== 'canary') return 'keep';
    return this.#judge();
  }

  /** Whether it is neither taken back nor promoted. */
  get undecided(): boolean {
    return this.#own.phase === 'running';
  }

  view(): RolloutView {
    const { phase, because } = this.#own;
    const tallies = sumTallies([this.#own.tallies, this.#others]);
    const { count, total } = tallies.canary.disagreement;
    return {
      alias: this.#options.alias,
      phase,
      because,
      tallies,
      agreement: count === 0 ? null : confidenceSequence({ count, total: count - total }),
    };
  }

  /**
   * Writes what this process saw and reads what others did. To be called about once a second, after a decision
   * and before closing; calls queue up behind each other.
   * @throws whatever the store throws; nothing is lost, the next call writes it
   */
  exchange(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#exchange());
    return this.#writing;
  }

  async #exchange(): Promise<void> {
    const { alias, writer, store } = this.#options;
    if (this.#changed) {
      this.#changed = false;
      try {
        await store.write(alias, writer, this.#own);
      } catch (error) {
        this.#changed = true;
        throw error;
      }
    }
    this.#learn(await store.read(alias));
  }

  #learn(records: ReadonlyMap<string, RolloutRecord>): void {
    const { candidate, writer } = this.#options;
    const others = [...records]
      .filter(([name, record]) => name !== writer && record.candidate === candidate)
      .map(([, record]) => record);
    this.#others = sumTallies(others.map(record => record.tallies));
    // A rollback anywhere wins over a promotion anywhere.
    for (const phase of ['rolled-back', 'promoted'] as const) {
      if (this.#own.phase === phase) return;
      const decided = others.find(record => record.phase === phase);
      if (decided !== undefined) {
        this.#decide(phase, decided.because ?? '');
        return;
      }
    }
    if (this.#own.phase === 'running') this.#judge();
  }

  #judge(): Decision {
    if (this.#options.share === 0) return 'keep';
    const { decision, because } = judge(sumTallies([this.#own.tallies, this.#others]), this.#options.rule);
    if (decision !== 'keep')
      this.#decide(decision === 'roll-back' ? 'rolled-back' : 'promoted', because ?? '');
    return decision;
  }

  #decide(phase: Exclude<Phase, 'running'>, because: string): void {
    this.#own = { ...this.#own, phase, because, decidedAt: this.#options.now() };
    this.#changed = true;
    this.#options.onDecision(phase, because);
  }
}
