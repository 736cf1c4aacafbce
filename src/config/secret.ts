import { inspect } from 'node:util';

const hidden = '[secret]';

/**
 * A value that cannot be printed by accident: string conversion, JSON and `console.log` show `[secret]`.
 * Only `reveal()` gives the text, so every use can be found by name.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
