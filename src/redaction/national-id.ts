import * as belgium from 'stdnum/lib/cjs/be/nn.js';
import * as brazil from 'stdnum/lib/cjs/br/cpf.js';
import * as switzerland from 'stdnum/lib/cjs/ch/ssn.js';
import * as china from 'stdnum/lib/cjs/cn/ric.js';
import * as germany from 'stdnum/lib/cjs/de/idnr.js';
import * as spain from 'stdnum/lib/cjs/es/dni.js';
import * as spainForeigners from 'stdnum/lib/cjs/es/nie.js';
import * as finland from 'stdnum/lib/cjs/fi/hetu.js';
import * as france from 'stdnum/lib/cjs/fr/nir.js';
import * as unitedKingdom from 'stdnum/lib/cjs/gb/nino.js';
import * as india from 'stdnum/lib/cjs/in/aadhaar.js';
import * as italy from 'stdnum/lib/cjs/it/codicefiscale.js';
import * as netherlands from 'stdnum/lib/cjs/nl/bsn.js';
import * as norway from 'stdnum/lib/cjs/no/fodselsnummer.js';
import * as poland from 'stdnum/lib/cjs/pl/pesel.js';
import * as sweden from 'stdnum/lib/cjs/se/personnummer.js';
import * as unitedStates from 'stdnum/lib/cjs/us/ssn.js';
import { compact, type Detector, matchesOf, type Span } from './detector.ts';

interface NationalId {
  /** Bounded: no unlimited repetition. */
  readonly shape: RegExp;
  readonly check: { validate(value: string): { readonly isValid: boolean } };
}

/**
 * The ids that are looked for: shape, then check digits (for the US the ranges never issued; for the UK the
 * letters). Nine digits alone are too often something else, so a Dutch number must be named.
 */
const nationalIds: readonly NationalId[] = [
  { shape: /(?<![\w.-])\d{2}\.?\d{2}\.?\d{2}-?\d{3}\.?\d{2}(?![\w-])/g, check: belgium },
  { shape: /(?<![\w.-])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?![\w-])/g, check: brazil },
  { shape: /(?<![\w.-])756\.?\d{4}\.?\d{4}\.?\d{2}(?![\w-])/g, check: switzerland },
  { shape: /(?<![\w.-])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\w-])/g, check: germany },
  { shape: /(?<![\w.-])\d{8}-?[A-Za-z](?![\w-])/g, check: spain },
  { shape: /(?<![\w.-])[XYZxyz]-?\d{7}-?[A-Za-z](?![\w-])/g, check: spainForeigners },
  { shape: /(?<![\w.-])\d{6}[-+ABCDEFUVWXYabcdefuvwxy]\d{3}[0-9A-Za-z](?![\w-])/g, check: finland },
  {
    shape: /(?<![\w.-])[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3} ?\d{2}(?![\w-])/g,
    check: france,
  },
  {
    shape:
      /(?<![\w.-])[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z][A-CEGHJ-NPR-TW-Za-ceghj-npr-tw-z](?: ?\d{2}){3} ?[A-Da-d](?![\w-])/g,
    check: unitedKingdom,
  },
  { shape: /(?<![\w.-])[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}(?![\w-])/g, check: india },
  {
    shape:
      /(?<![\w.-])[A-Za-z]{6}[0-9LMNP-Vlmnp-v]{2}[A-EHLMPR-Ta-ehlmpr-t][0-9LMNP-Vlmnp-v]{2}[A-Za-z][0-9LMNP-Vlmnp-v]{3}[A-Za-z](?![\w-])/g,
    check: italy,
  },
  {
    shape: /\b(?:bsn|burgerservicenummer|sofinummer)[ :.#]{1,3}(?<value>\d{4}\.?\d{2}\.?\d{3})(?!\w)/gi,
    check: netherlands,
  },
  { shape: /(?<![\w.-])\d{6} ?\d{5}(?![\w-])/g, check: norway },
  { shape: /(?<![\w.-])\d{11}(?![\w-])/g, check: poland },
  { shape: /(?<![\w.-])(?:\d{2})?\d{6}[-+]\d{4}(?![\w-])/g, check: sweden },
  { shape: /(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w-])/g, check: unitedStates },
  {
    shape:
      /\b(?:ssn|social security (?:no|nr|number))(?:[ :.#]|is){1,4}(?<value>\d{3} ?\d{2} ?\d{4})(?!\w)/gi,
    check: unitedStates,
  },
  { shape: /(?<![\w.-])[1-9]\d{16}[\dXx](?![\w-])/g, check: china },
];

/** The beginning of an Italian code, whose digits may be letters. */
const italianBeginning = /(?<![\w.-])[A-Za-z]{6}[0-9LMNP-Vlmnp-v]{2}[A-Ta-t][0-9LMNP-Vlmnp-v]{2}/;

/** Numbers by which states know a person: BE, BR, CH, CN, DE, ES, FI, FR, GB, IN, IT, NL, NO, PL, SE, US. */
export const nationalId: Detector = {
  kind: 'NATIONAL_ID',
  mayFind: (text, closeDigits) => closeDigits || italianBeginning.test(text),
  *find(text): Generator<Span> {
    for (const { shape, check } of nationalIds) {
      for (const span of matchesOf(shape, text)) {
        const value = text.slice(span.start, span.end);
        // Some validators know the usual separators, some need them, some know none.
        if (check.validate(value).isValid || check.validate(compact(value)).isValid) yield span;
      }
    }
  },
  normalize: compact,
};
