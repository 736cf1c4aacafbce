/** Characters that people, office programs and other scripts write in place of ASCII ones. */
const unusual =
  /[\u00a0\u00ad\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u1680\u2000-\u2015\u202a-\u202f\u205f\u2060\u2066-\u2069\u2212\u3000\ufe58\ufe63\ufeff\uff01-\uff5e]|\\["nrt]/;
const eachUnusual = new RegExp(unusual.source, 'gu');
/** Escapes of JSON within JSON; the bound keeps a long row of backslashes from being read again and again. */
const escapes = /\\{1,8}(["nrt])/g;
/** First digits of scripts that write numbers with digits of their own: Arabic, Persian, Devanagari. */
const zeros = [0x0660, 0x06f0, 0x0966];

/**
 * The text as it would be typed on a plain keyboard, place for place: blanks that do not break a line, marks that are
 * not seen, dashes, full-width letters, digits of other scripts, and the escapes of JSON in a text. So what is found in
 * it stands at the same place in the text itself, and one spelling of a number serves for all.
 */
export function plainSpelling(text: string): string {
  if (!unusual.test(text)) return text;
  const unescaped = text.includes('\\')
    ? text.replace(escapes, (whole, of) => (of === '"' ? '"' : ' ').repeat(whole.length))
    : text;
  return unescaped.replace(eachUnusual, plain);
}

function plain(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  const zero = zeros.find(first => code >= first && code <= first + 9);
  if (zero !== undefined) return String(code - zero);
  const isDash = (code >= 0x2010 && code <= 0x2015) || [0x2212, 0xfe58, 0xfe63].includes(code);
  return isDash ? '-' : ' ';
}
