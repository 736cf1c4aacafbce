import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Detector, hasCloseDigits } from './detector.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { ipAddress } from './ip-address.ts';
import { nationalId } from './national-id.ts';
import { paymentCard } from './payment-card.ts';
import { phone } from './phone.ts';
import { secret } from './secret.ts';

const detectors: readonly Detector[] = [email, iban, ipAddress, nationalId, paymentCard, phone, secret];

const mayFind = (detector: Detector, text: string) => detector.mayFind(text, hasCloseDigits(text));

/** Every spelling that some detector knows, with as few other characters as it may have. */
const spellings = [
  ...[
    'a@b.co',
    'é@ü.de',
    'DE89370400440532013000',
    'GB82 WEST 1234 5698 7654 32',
    '10.0.0.1',
    '::1',
    'fe80::1',
  ],
  ...['85073003328', '390.533.447-05', '756.9217.0769.85', '36 574 261 809', '54362315K', 'X-2482300W'],
  ...['131052-308T', '2 95 10 99 126 111 93', 'AB 12 34 56 C', '2341 2341 2346', 'RCCMNL83S18D969H'],
  ...[
    'bsn 111222333',
    '15108695088',
    '880320-0016',
    '536-90-4399',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
  ],
  ...[
    '(212) 555-0123',
    'tel 5551234567',
    '030 1234567',
    '(030) 1234567',
    '0049 (30) 1234567',
    '+49 (0) 30 123 45',
  ],
  ...['x://a:b@c', 'pwd=abcd', 'token:a8Kd03jfLq92mZx7', 'Bearer abcdefghijkl', 'basic YWxhZGRpbjpv'],
  ...['-----BEGIN PRIVATE KEY-----', 'SG.abcdefghijkl', 'AIzaabcdefghijkl', 'EAACEdEose0cBAabcdefghijkl'],
  ...['sk-abcdefghijkl', 'r8_abcdefghijkl', 'ya29.abcdefghijkl', 'AGE-SECRET-KEY-abcdefghijkl'],
  ...['8 (916) 123-45-67', '手机13812345678', 'SSN 536904399', '11010519491231002X'],
  ...['password is hunter2', 'пароль: abcd'],
  ...['AKIAABCDEFGHIJKLMNOP', 'eyJabcdef.eyJabcd', `sd-${'a'.repeat(32)}`],
];

describe('the question whether a detector may find something', () => {
  it.each(spellings)('is answered with yes for %s', spelling => {
    const finders = detectors.filter(detector => [...detector.find(spelling)].length > 0);
    expect(finders).not.toEqual([]);
    for (const detector of finders) expect(mayFind(detector, spelling)).toBe(true);
  });

  it('is answered with yes wherever something is found, whatever stands beside it', () => {
    const pieces = fc.oneof(
      fc.constantFrom(...spellings),
      fc.constantFrom('pump', 'tel', 'bsn', 'Bearer', '0', '7', '12', '4711', '123456', 'A', '+', ':', '='),
    );
    const marks = fc.constantFrom('', ' ', '-', '.', ' (', ') ', '/', '  ', '_', '\n', ', ', '"');
    const texts = fc
      .array(fc.tuple(pieces, marks), { minLength: 1, maxLength: 6 })
      .map(parts => parts.flat().join(''));
    fc.assert(
      fc.property(texts, text => {
        for (const detector of detectors) {
          if ([...detector.find(text)].length > 0) expect(mayFind(detector, text)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is answered with no for plain text, which is not searched', () => {
    const plain = 'Oil below the pump, pressure falls.';
    for (const detector of detectors) expect(mayFind(detector, plain)).toBe(false);
  });
});
