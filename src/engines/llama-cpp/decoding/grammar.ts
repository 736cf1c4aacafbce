import koffi from 'koffi';
import { ConfigError } from '../../../core/errors/index.ts';
import { type Pointer, tokenDataBytes } from '../native/native.ts';
import type { Weights } from '../native/weights.ts';
import { type RandomSource, sample } from './sampling.ts';

/** A GBNF grammar following one answer token by token. Must be freed. */
export class Grammar {
  readonly #weights: Weights;
  readonly #sampler: Pointer;
  readonly #candidates: Pointer;
  readonly #ids: Int32Array;
  readonly #logits: Float32Array;

  /** @throws ConfigError `grammar-invalid` */
  constructor(weights: Weights, gbnf: string) {
    const sampler = weights.native.createGrammar(weights.vocabulary, gbnf, 'root') as Pointer | null;
    if (!sampler)
      throw new ConfigError(
        'grammar-invalid',
        'The JSON Schema gives a grammar that llama.cpp does not accept',
        'Simplify the schema: fewer levels, smaller `maxLength` and `maxItems`.',
      );
    this.#weights = weights;
    this.#sampler = sampler;
    const bytes = weights.vocabularySize * tokenDataBytes;
    this.#candidates = koffi.alloc('uint8_t', bytes) as Pointer;
    const memory = koffi.view(this.#candidates, bytes);
    this.#ids = new Int32Array(memory);
    this.#logits = new Float32Array(memory);
  }

  /**
   * Draws a token that the grammar allows. The unconstrained draw is tried first, since it is nearly always
   * allowed and a check of one token is cheap; drawing again from the masked rest keeps the distribution.
   */
  draw(logits: Float32Array, temperature: number, random: RandomSource): number {
    const first = sample(logits, temperature, random);
    this.#put(0, first, logits[first]!);
    this.#apply(1);
    if (this.#logitAt(0) !== Number.NEGATIVE_INFINITY) return first;
    for (let token = 0; token < logits.length; token += 1) this.#put(token, token, logits[token]!);
    this.#apply(logits.length);
    const allowed = Float32Array.from(logits, (_, token) => this.#logitAt(token));
    return sample(allowed, temperature, random);
  }

  accept(token: number): void {
    this.#weights.native.acceptToken(this.#sampler, token);
  }

  free(): void {
    this.#weights.native.freeGrammar(this.#sampler);
    koffi.free(this.#candidates);
  }

  #put(index: number, token: number, logit: number): void {
    this.#ids[3 * index] = token;
    this.#logits[3 * index + 1] = logit;
    this.#logits[3 * index + 2] = 0;
  }

  #logitAt(index: number): number {
    return this.#logits[3 * index + 1]!;
  }

  #apply(size: number): void {
    this.#weights.native.applyGrammar(this.#sampler, {
      data: this.#candidates,
      size,
      selected: -1,
      sorted: false,
    });
  }
}
