import type { LocalServing, LocalServingOptions } from './local-serving.ts';

/** The name of this process's own models in metrics. */
const ownModels = 'local';

type Methods = Pick<LocalServing, 'identity' | 'specialist' | 'cascade'>;

/** Local serving whose code is loaded with the first alias that needs it: a gateway of upstreams does without. */
export class LocalOnDemand implements Methods {
  readonly #options: LocalServingOptions;
  #loading: Promise<LocalServing> | null = null;
  #loaded: LocalServing | null = null;

  constructor(options: LocalServingOptions) {
    this.#options = options;
  }

  /** Whether metrics may name it: this process's own models, and specialists that were opened. */
  isKnown(name: string): boolean {
    return name === ownModels || (this.#loaded?.opened.has(name) ?? false);
  }

  /** How busy this process's own models are, then the servers of specialists, by name. */
  get loads(): LocalServing['servedLoads'] {
    return [{ name: ownModels, ...this.load }, ...(this.#loaded?.servedLoads ?? [])];
  }

  /** How busy this process's own models are. */
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
