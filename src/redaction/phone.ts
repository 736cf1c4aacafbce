import { compact, type Detector, matchesOf } from './detector.ts';

/** `+` and up to 15 digits. @see https://www.itu.int/rec/T-REC-E.164 */
const international = /(?<![\w+])\+[1-9](?:[ .()/-]{0,2}\d){7,14}(?!\d)/g;
/** The same with the prefix 00; in groups, because serial numbers begin with zeros too. */
const withExit = /(?<![\w.,-])00[1-9]\d{0,2}[ /-](?:[ .()/-]{0,2}\d){6,13}(?!\d)/g;
/** North American Numbering Plan: area code and exchange begin with 2 to 9. */
const northAmerican =
  /(?<![\w.-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\w-])/g;
/** A national number with its trunk prefix 0, in groups, that is no date: `030 1234567`, `01 23 45 67 89`. */
const national =
  /(?<![\w.,/-])(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?![./-]?\d))(?<value>\(?0[1-9]\d{0,4}\)?(?:[ ./-]\d{2,8}){1,4})(?![\w-])/g;
/** A mobile number of Russia and its neighbours behind the trunk prefix 8. */
const russian = /(?<![\w.,/-])8[ -]?\(?9\d{2}\)?[ -]?\d{3}[ -]\d{2}[ -]?\d{2}(?![\w-])/g;
/** What telephones are called in European languages, and what may stand between that and the number. */
const named = new RegExp(
  [
    '(?<![\\p{L}\\p{N}_])(?:tel|t[ée]l|telephone|telefono|tel[ée]fono|telefone|telefoon|telefon|t[ée]l[ée]phone|phone',
    '|mobile?|mobiel|m[óo]vil|celular|cellulare|cell|handy|komórka|fax|gsm|whatsapp|rückrufnummer|rufnummer',
    '|телефон|тел|моб)[ .]?(?:nummer|number|numero|número|numéro|numer|номер|nr|no)?',
    '(?:[.: #=]|is|ist|est|es){1,5}(?<value>\\(?\\d(?:[ .()/-]{0,2}\\d){5,14})(?!\\d)',
  ].join(''),
  'giu',
);
/** The same in Chinese and Japanese, where no blank parts words. */
const namedInHan =
  /(?:手机|手機|电话|電話|携帯)(?:号码|號碼|番号|号|號)?(?:[.: #=]|是|为|は){0,3}(?<value>\(?\d(?:[ .()/-]{0,2}\d){5,14})(?!\d)/gu;

/** Telephone numbers, by the shapes that numbering plans prescribe. */
export const phone: Detector = {
  kind: 'PHONE',
  mayFind: (_text, closeDigits) => closeDigits,
  *find(text) {
    for (const pattern of [international, withExit, northAmerican, russian, named, namedInHan])
      yield* matchesOf(pattern, text);
    for (const span of matchesOf(national, text)) {
      const digits = compact(text.slice(span.start, span.end)).length;
      if (digits >= 9 && digits <= 12) yield span;
    }
  },
  normalize: compact,
};
