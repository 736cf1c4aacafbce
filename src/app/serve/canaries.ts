import cluster from 'node:cluster';
import type { Telemetry } from '../../core/telemetry.ts';
import type { Answerer } from '../../stages/serve/answerer.ts';
import {
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

  /** @throws DataError `rollout-unreadable` */
  async start(alias: string, { candidate, share, cascade, large }: CanaryStart): Promise<Answerer> {
    const telemetry = this.#telemetry;
    const rollout = await Rollout.open({
      alias,
      candidate,
      share,
      rule: defaultRolloutRule,
      store: rolloutFiles(this.#folder),
      writer: `worker-${cluster.worker?.id ?? 0}`,
      now: () => Date.now(),
      onDecision: (phase, because) => telemetry.note({ kind: 'rollout', alias, phase, because }),
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
        await answerer.close();
      },
    };
  }
}
