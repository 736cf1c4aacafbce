import type { Answerer } from '../answerer.ts';
import { RequestError } from './request/request-error.ts';

/** The right to use an answerer: it is not closed before this is given back. */
export interface Lease {
  readonly answerer: Answerer;
  release(): void;
}

class Entry {
  readonly answerer: Answerer;
  readonly created = Math.floor(Date.now() / 1000);
  readonly lease: Lease;
  #open = 0;
  #retired: (() => void) | null = null;

  constructor(answerer: Answerer) {
    this.answerer = answerer;
    // One object for all requests: a lease holds nothing of its own.
    this.lease = { answerer, release: () => this.#release() };
  }

  take(): Lease {
    this.#open += 1;
    return this.lease;
  }

  /** Closes the answerer once the last request is done. */
  async retire(): Promise<void> {
    if (this.#open > 0) {
      await new Promise<void>(done => {
        this.#retired = done;
      });
    }
    await this.answerer.close();
  }

  #release(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#retired?.();
  }
}

/**
 * What the model names of requests stand for. The whole table changes at one moment: a request keeps the answerer it
 * began with, and an answerer that went out of use is closed after its last request.
 */
export class AliasTable {
  #entries: ReadonlyMap<string, Entry> = new Map();
  readonly #closing = new Set<Promise<void>>();

  /** Every alias with the second it was set up, in order of the configuration. */
  list(): readonly { readonly alias: string; readonly created: number; readonly answerer: Answerer }[] {
    return [...this.#entries].map(([alias, { created, answerer }]) => ({ alias, created, answerer }));
  }

  /** @throws RequestError `model-not-found` (404) */
  acquire(alias: string): Lease {
    const entry = this.#entries.get(alias);
    if (entry !== undefined) return entry.take();
    throw unknownModel(alias);
  }

  /** Puts other answerers in place. One that is in both tables stays as it is. */
  replace(answerers: ReadonlyMap<string, Answerer>): void {
    const before = this.#entries;
    const kept = new Map([...before.values()].map(entry => [entry.answerer, entry]));
    this.#entries = new Map(
      [...answerers].map(([alias, answerer]) => [alias, kept.get(answerer) ?? new Entry(answerer)]),
    );
    const still = new Set(this.#entries.values());
    for (const entry of new Set(before.values())) {
      if (still.has(entry)) continue;
      const closing: Promise<void> = entry.retire().finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
  }

  /** Retires every answerer and waits for the last request of each. */
  async close(): Promise<void> {
    this.replace(new Map());
    await Promise.all(this.#closing);
  }
}

export function unknownModel(alias: string): RequestError {
  return new RequestError(
    404,
    'model-not-found',
    `There is no model ${JSON.stringify(alias.slice(0, 128))} here`,
    'Ask GET /v1/models which there are.',
    { param: 'model' },
  );
}
