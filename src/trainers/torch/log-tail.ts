const secrets: readonly (readonly [RegExp, string])[] = [
  // Credentials in URLs, e.g. of a package index.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@'],
  [/\b(authorization\s*[:=]\s*)(?:bearer\s+|basic\s+)?\S+/gi, '$1***'],
  [/\b(bearer\s+)[\w.~+/-]{8,}=*/gi, '$1***'],
  [/\b((?:[\w-]*(?:api[_-]?key|token|secret|password))["']?\s*[:=]\s*["']?)[^\s"',;]{6,}/gi, '$1***'],
  [/\b(?:hf_|sk-|pypi-|ghp_|github_pat_)[\w-]{8,}/g, '***'],
];

/** Text with what looks like a credential replaced. */
export function scrubSecrets(text: string): string {
  return secrets.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), text);
}

/** The end of a program's log, for bug reports. */
export class LogTail {
  readonly #limit: number;
  #text = '';

  constructor(limitCharacters: number) {
    this.#limit = limitCharacters;
  }

  push(text: string): void {
    this.#text = (this.#text + text).slice(-this.#limit);
  }

  /** Whole lines without secrets; a first line that was cut is left out, for half a secret is not recognised. */
  toString(): string {
    const whole = this.#text.length < this.#limit ? this.#text : this.#text.replace(/^[^\n]*\n?/, '');
    return scrubSecrets(whole).trim();
  }
}
