import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Public part: 71 bits, so that ids never meet. */
const idLength = 12;
/** 43 characters of 62 are 256 bits. */
const secretLength = 43;
const shape = new RegExp(`^sd-[0-9A-Za-z]{${idLength + secretLength}}$`);

/** A key as it is given out, once. */
export interface NewApiKey {
  readonly id: string;
  /** `sd-`, the id, and the secret: letters and digits only, so that a double click selects it. */
  readonly key: string;
  readonly secretHash: string;
}

/** Makes a key of 256 random bits. */
export function newApiKey(): NewApiKey {
  const id = randomText(idLength);
  const key = `sd-${id}${randomText(secretLength)}`;
  return { id, key, secretHash: hashApiKey(key) };
}

/** The public part of a key; null where the text cannot be a key. */
export function apiKeyId(presented: string): string | null {
  return shape.test(presented) ? presented.slice(3, 3 + idLength) : null;
}

/**
 * SHA-256 in hex. A slow hash protects secrets that people choose, because those can be guessed; 256 random bits
 * cannot, however fast the hash, and a slow one would cost each request milliseconds.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Compares a presented key with a kept hash, in a time that does not depend on either. */
export function matchesHash(presented: string, secretHash: string): boolean {
  const given = Buffer.from(hashApiKey(presented), 'hex');
  const kept = Buffer.from(secretHash, 'hex');
  return given.length === kept.length && timingSafeEqual(given, kept);
}

/** Uniform: bytes that would favour some characters are drawn again. */
function randomText(length: number): string {
  const fair = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < fair && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
