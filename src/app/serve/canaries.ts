import type { Telemetry } from '../../core/telemetry.ts';
import type { Answerer } from '../../stages/serve/answerer.ts';
import {
  claimWriter,
  createCanaryAnswerer,
  defaultRolloutRule,
  Rollout,
  rolloutFiles,
} from '../../stages/serve/rollout/index.ts';

/** How often what one process saw is written and what others saw is read. */
const exchangeMs = 1_000;

export interface CanaryStart {
  /** What is tried out; another one starts anew. */
  readonly candidate: string;
  /** Share of the requests that the cascade gets, above 0 and below 1. */
  readonly share: number;
  /** Closes `large` too. */
  readonly cascade: Answerer;
  readonly large: Answerer;
  /** Whether answers that say the same are equal, so that differing ones speak against the canary. */
  readonly comparable: boolean;
}

/** The canaries of this process: each shares its rollout with the other processes of the workspace. */
export class Canaries {
  readonly #folder: string;
  readonly #telemetry: Telemetry;
  readonly #running = new Map<string, Rollout>();

  constructor(folder: string, telemetry: Telemetry) {
    this.#folder = folder;
    this.#telemetry = telemetry;
    telemetry.watch({ rollouts: () => [...this.#running.values()].map(rollout => rollout.view()) });
  }

  /** Whether an alias has a canary that is still being judged. */
  isUndecided(alias: string): boolean {
    return this.#running.get(alias)?.undecided ?? false;
  }

  /** @throws DataError `rollout-unreadable` */
  async start(
    alias: string,
    { candidate, share, cascade, large, comparable }: CanaryStart,
  ): Promise<Answerer> {
    const telemetry = this.#telemetry;
    const claimed = await claimWriter(this.#folder, alias);
    const rollout = await Rollout.open({
      alias,
      candidate,
      share,
      rule: comparable ? defaultRolloutRule : { ...defaultRolloutRule, disagreementLimit: null },
      store: rolloutFiles(this.#folder),
      writer: claimed.writer,
      now: () => Date.now(),
      onDecision: (phase, because) => telemetry.note({ kind: 'rollout', alias, phase, because }),
    }).catch((error: unknown) => {
      claimed.release();
      throw error;
    });
    this.#running.set(alias, rollout);
    const exchange = () =>
      rollout
        .exchange()
        .catch((error: unknown) => telemetry.note({ kind: 'failure', where: 'rollout', error }));
    const timer = setInterval(() => void exchange(), exchangeMs);
    timer.unref();
    const answerer = createCanaryAnswerer({ canary: cascade, incumbent: large, rollout });
    return {
      ...answerer,
      close: async () => {
        clearInterval(timer);
        if (this.#running.get(alias) === rollout) this.#running.delete(alias);
        await exchange();
        claimed.release();
        await answerer.close();
      },
    };
  }
}
