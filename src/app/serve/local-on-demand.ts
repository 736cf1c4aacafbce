import type { LocalServing, LocalServingOptions } from './local-serving.ts';

type Methods = Pick<LocalServing, 'identity' | 'specialist' | 'cascade'>;

/** Local serving whose code is loaded with the first alias that needs it: a gateway of upstreams does without. */
export class LocalOnDemand implements Methods {
  readonly #options: LocalServingOptions;
  #loading: Promise<LocalServing> | null = null;
  #loaded: LocalServing | null = null;

  constructor(options: LocalServingOptions) {
    this.#options = options;
  }

  /** Whether a specialist of this name was opened. */
  hasOpened(name: string): boolean {
    return this.#loaded?.opened.has(name) ?? false;
  }

  /** How busy the local models are, for metrics. */
  get load(): LocalServing['load'] {
    return this.#loaded?.load ?? { waiting: 0, active: 0, sequences: this.#options.limits.sequences };
  }

  async identity(...config: Parameters<Methods['identity']>): Promise<string> {
    return (await this.#serving()).identity(...config);
  }

  async specialist(...config: Parameters<Methods['specialist']>): ReturnType<Methods['specialist']> {
    return (await this.#serving()).specialist(...config);
  }

  async cascade(...config: Parameters<Methods['cascade']>): ReturnType<Methods['cascade']> {
    return (await this.#serving()).cascade(...config);
  }

  #serving(): Promise<LocalServing> {
    this.#loading ??= import('./local-serving.ts').then(({ LocalServing }) => {
      this.#loaded = new LocalServing(this.#options);
      return this.#loaded;
    });
    return this.#loading;
  }
}
