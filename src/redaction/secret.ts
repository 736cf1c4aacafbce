import { type Detector, holds, matchesOf, type Span } from './detector.ts';

/**
 * Beginnings that issuers give their keys so that they can be found.
 * @see https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns
 */
const markedPrefixes = [
  'sk-',
  'sk_live_',
  'sk_test_',
  'rk_live_',
  'rk_test_',
  'pk_live_',
  'whsec_',
  'gh[pousr]_',
  'github_pat_',
  'glpat-',
  'glptt-',
  'xox[abeprs]-',
  'xapp-',
  'hf_',
  'npm_',
  'pypi-',
  'dop_v1_',
  'doo_v1_',
  'shp(?:at|ca|pa|ss)_',
  'SG\\.',
  'ya29\\.',
  'gsk_',
  'xai-',
  'pplx-',
  'r8_',
  'nvapi-',
  'lsv2_',
  'pk-lf-',
  'AGE-SECRET-KEY-',
];
const marked = new RegExp(`(?<![A-Za-z0-9])(?:${markedPrefixes.join('|')})[A-Za-z0-9_.=+/-]{12,}`, 'g');
/** The mark that ends each of those beginnings, and the least that follows: found ten times as fast. */
const mark = /[-_.][A-Za-z0-9_.=+/-]{12}/;
const unmarkedKey = /(?<![A-Za-z0-9])(?:AIza|EAACEdEose0cBA)[A-Za-z0-9_.=+/-]{12,}/g;
/** Keys of this gateway. */
const ownKey = /(?<![A-Za-z0-9])sd-[A-Za-z0-9]{32,}/g;
const amazonKeyId = /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g;
/** @see https://www.rfc-editor.org/rfc/rfc7519 a header and a payload that are JSON objects, and a signature */
const jsonWebToken = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g;
const bearer = /\bBearer\s{1,3}(?<value>[A-Za-z0-9._~+/=-]{12,})/gi;
/** A digit, a capital behind a small letter or padding: what "basic troubleshooting" has not. */
const basic =
  /\b(?:Basic|basic|BASIC)\s{1,3}(?=[A-Za-z+/_-]{0,256}?(?:\d|[a-z][A-Z]|=))(?<value>[A-Za-z0-9._~+/=-]{12,})/g;
const inAddress = /:\/\/[^\s:@/]{0,128}:(?<value>[^\s@/]{1,256})@/g;
/** What begins one of these: most texts hold none, and to ask for all at once costs a third. */
const unmarkedBeginning = /AIza|EAACEdEose0cBA|sd-|A[KSBC][IC]A|eyJ|Bearer|Basic/i;
const unmarked = [unmarkedKey, ownKey, amazonKeyId, jsonWebToken, bearer, basic];
/** Words for a password. */
const passwordNames =
  'password|passwd|passphrase|passcode|kennwort|passwort|pwd|mot de passe|contrase[ñn]a|senha|wachtwoord|lösenord|adgangskode|hasło|пароль|密码|密碼|パスワード|비밀번호';
/** A word for a password, and what it is set to. */
const password = new RegExp(
  `(?:${passwordNames})["']{0,4}[ \\t]{0,3}[=:][ \\t]{0,3}["']{0,4}(?<value>[^\\s"',;]{4,256})`,
  'gi',
);
/** The same said in words; only counts where the value holds a digit, as "the password is wrong" does not. */
const saidPassword = new RegExp(
  `(?:${passwordNames}) (?:is|ist|lautet|est|es|é|è|jest|är|er) ["']{0,4}(?<value>[^\\s"',;]{4,256})`,
  'gi',
);
const digit = /\d/;
/** A word for a key, and what it is set to; only counts where the value looks like chance. */
const assignment =
  /(?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|credential|auth)[a-z_-]{0,16}["']{0,4}[ \t]{0,3}[=:][ \t]{0,3}["']{0,4}(?<value>[^\s"',;]{12,512})/gi;
const privateKeyBeginning = '-----BEGIN ';
/** Bits a character: English words stay below, random base64 of this length is above. */
const minEntropy = 3;

/** Passwords, keys, tokens and private keys. */
export const secret: Detector = {
  kind: 'SECRET',
  mayFind: text =>
    setsSomething(text) ||
    text.includes(privateKeyBeginning) ||
    holdsKnown(text) ||
    (digit.test(text) && holds(saidPassword, text)),
  *find(text): Generator<Span> {
    yield* privateKeys(text);
    if (holdsKnown(text)) {
      for (const pattern of [marked, ...unmarked]) yield* matchesOf(pattern, text);
    }
    for (const span of matchesOf(saidPassword, text)) {
      if (digit.test(text.slice(span.start, span.end))) yield span;
    }
    if (!setsSomething(text)) return;
    for (const pattern of [inAddress, password]) yield* matchesOf(pattern, text);
    for (const span of matchesOf(assignment, text)) {
      if (looksRandom(text.slice(span.start, span.end))) yield span;
    }
  },
};

/** Nothing is set to anything without one of these. */
function setsSomething(text: string): boolean {
  return text.includes('=') || text.includes(':');
}

/** Keys that are known by how they begin, and credentials by the scheme before them. */
function holdsKnown(text: string): boolean {
  return mark.test(text) || unmarkedBeginning.test(text);
}

/** From the line that begins a private key to the one that ends it, or to the end of the text. */
function* privateKeys(text: string): Generator<Span> {
  let from = 0;
  for (
    let start = text.indexOf(privateKeyBeginning, from);
    start !== -1;
    start = text.indexOf(privateKeyBeginning, from)
  ) {
    from = start + 11;
    if (!/^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----/.test(text.slice(start, start + 80))) continue;
    const ending = text.indexOf('-----END ', from);
    const end = ending === -1 ? -1 : text.indexOf('-----', ending + 9);
    yield { start, end: end === -1 ? text.length : end + 5 };
    from = end === -1 ? text.length : end + 5;
  }
}

/** @see https://doi.org/10.1002/j.1538-7305.1948.tb01338.x Shannon, section 6 */
function looksRandom(value: string): boolean {
  if (!digit.test(value) || !/[A-Za-z]/.test(value)) return false;
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    entropy -= share * Math.log2(share);
  }
  return entropy >= minEntropy;
}
