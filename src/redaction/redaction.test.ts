import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customDetector } from './custom-pattern.ts';
import { createRedactor, withoutNumbers } from './redactor.ts';

const redactor = createRedactor();
const redact = (text: string) => redactor.begin()(text);

const words = fc
  .array(
    fc.constantFrom('pump', 'is', 'leaking', 'at', 'seal', 'motor', '42', '3.5', 'bar', 'é', '–', 'ok'),
    {
      maxLength: 8,
    },
  )
  .map(parts => parts.join(' '));

function digitsWithLuhn(prefix: string, digits: readonly number[]): string {
  const body = prefix + digits.join('');
  const sum = [...body].reverse().reduce((total, character, index) => {
    const doubled = Number(character) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
}

function ibanOf(country: string, account: string): string {
  const digits = [...`${account}${country}00`].map(character => Number.parseInt(character, 36)).join('');
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`;
}

const digit = fc.integer({ min: 0, max: 9 });
const digits = (length: number) => fc.array(digit, { minLength: length, maxLength: length });
const text = (alphabet: string, min: number, max: number) =>
  fc
    .array(fc.constantFrom(...alphabet), { minLength: min, maxLength: max })
    .map(characters => characters.join(''));
const letters = 'abcdefghijklmnopqrstuvwxyz';
const mixed = `${letters}${letters.toUpperCase()}0123456789`;
const inGroups = (value: string, separator: string) => value.replace(/(.{4})(?=.)/g, `$1${separator}`);

/** Data that must not survive, by the kind that its placeholder names. */
const planted: Record<string, fc.Arbitrary<string>> = {
  EMAIL: fc
    .tuple(text(`${letters}0123456789`, 1, 20), text(letters, 1, 15), fc.constantFrom('com', 'de', 'co.uk'))
    .map(([name, domain, end]) => `${name}@${domain}.${end}`),
  CARD: fc
    .tuple(fc.constantFrom('4', '51', '2221'), digits(16), fc.constantFrom('', ' ', '-'))
    .map(([prefix, more, separator]) =>
      inGroups(digitsWithLuhn(prefix, more.slice(0, 15 - prefix.length)), separator),
    ),
  IBAN: fc
    .tuple(digits(18), fc.constantFrom('', ' '))
    .map(([account, separator]) => inGroups(ibanOf('DE', account.join('')), separator)),
  PHONE: fc
    .tuple(fc.constantFrom('+49 30 ', '+1 212-', '+44 (20) '), fc.integer({ min: 1_000_000, max: 9_999_999 }))
    .map(([prefix, number]) => `${prefix}${number}`),
  IP: fc.oneof(
    fc.ipV4(),
    fc.ipV6().filter(address => !address.includes('.') && address.replaceAll(':', '').length > 4),
  ),
  SECRET: fc.oneof(
    text(mixed, 30, 48).map(value => `sk-proj-${value}`),
    text(mixed, 36, 36).map(value => `ghp_${value}`),
    text(mixed, 43, 43).map(value => `sd-${value}`),
    text('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16, 16).map(value => `AKIA${value}`),
    fc
      .tuple(text(mixed, 20, 60), text(mixed, 20, 43))
      .map(([payload, signature]) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIi${payload}.${signature}`),
    text(mixed, 64, 200).map(
      body => `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`,
    ),
  ),
};

describe('redaction', () => {
  for (const [kind, values] of Object.entries(planted)) {
    it(`leaves no ${kind} standing, wherever it is put`, () => {
      fc.assert(
        fc.property(
          words,
          values,
          words,
          fc.constantFrom(' ', '\n', '"', '(', ', '),
          (before, value, after, mark) => {
            const given = `${before}${mark}${value} ${after}`;
            const redacted = redact(given);
            expect(redacted).not.toContain(value);
            // What stands beside it can make it look like something else; that it is gone is what counts.
            expect(redacted).toMatch(/\[[A-Z_]+_1\]/);
          },
        ),
        { numRuns: 300 },
      );
    });
  }

  it('leaves text without such data as it is', () => {
    fc.assert(
      fc.property(words, given => {
        expect(redact(given)).toBe(given);
      }),
    );
    const ordinary = [
      'On 12.05.2024 at 13:45:10 the pump 4711-08 stopped (3.5 bar, v1.2.3).',
      'Order 123456, item 0042, 1 000 000 pieces at 12,50 EUR',
      'token: expired; the secret is patience; author: someone',
      'std::vector<int> a = {1, 2, 3}; x @ y; see https://example.com/a:b',
      'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      '05-11-2024 13 h, 2024-11-05, 01/02/2023',
      'Basic troubleshooting and basic understanding-of-things, the password is wrong, password is case-sensitive',
      'seal 0.5105105105105100 mm, flow 12.4111111111111111 l',
    ];
    for (const given of ordinary) expect(redact(given)).toBe(given);
  });

  it.each([
    ['call (212) 555-0123 now', 'call [PHONE_1] now'],
    ['Tel.: 5551234567', 'Tel.: [PHONE_1]'],
    ['030 1234567 or 01 23 45 67 89', '[PHONE_1] or [PHONE_2]'],
    ['card 4111 1111 1111 1111 12/25', 'card [CARD_1] 12/25'],
    ['IBAN DE89 3704 0044 0532 0130 00 and more', 'IBAN [IBAN_1] and more'],
    ['IBAN DE88370400440532013000', 'IBAN DE88370400440532013000'],
    ['postgres://app:hunter2@db.local/x', 'postgres://app:[SECRET_1]/x'],
    ['password=correct-horse', 'password=[SECRET_1]'],
    ['"api_key": "a8Kd03jfLq92mZx7"', '"api_key": "[SECRET_1]"'],
    ['Authorization: Bearer abcdef0123456789', 'Authorization: Bearer [SECRET_1]'],
    ['host ::1 and 10.0.0.1:8080', 'host [IP_1] and [IP_2]:8080'],
    ["o'brien@example.org, 'a@b.co'", "[EMAIL_1], '[EMAIL_2]'"],
  ])('%s', (given, expected) => {
    expect(redact(given)).toBe(expected);
  });

  it.each([
    ['BE', '85.07.30-033.28'],
    ['BR', '390.533.447-05'],
    ['CH', '756.9217.0769.85'],
    ['DE', '36 574 261 809'],
    ['ES', '54362315K'],
    ['ES', 'X-2482300W'],
    ['FI', '131052-308T'],
    ['FR', '2 95 10 99 126 111 93'],
    ['GB', 'AB 12 34 56 C'],
    ['IN', '2341 2341 2346'],
    ['IT', 'RCCMNL83S18D969H'],
    ['NL', 'BSN: 111222333'],
    ['NO', '15108695088'],
    ['PL', '44051401359'],
    ['SE', '880320-0016'],
    ['US', '536-90-4399'],
    ['US', 'SSN: 536904399'],
    ['CN', '11010519491231002X'],
  ])('finds a national id of %s: %s', (_country, id) => {
    const redacted = redact(`id ${id}.`);
    expect(redacted).toContain('[NATIONAL_ID_1]');
    expect(redacted).not.toContain(id.slice(-4));
  });

  it.each([
    ['4111\u00a01111\u00a01111\u00a01111', '[CARD_1]'],
    ['IBAN DE89\u00a03704\u202f0044\u00a00532\u00a00130\u00a000', 'IBAN [IBAN_1]'],
    ['06\u202f12\u202f34\u202f56\u202f78', '[PHONE_1]'],
    ['+49\u201130\u20111234567', '[PHONE_1]'],
    ['\u202a+49 30 1234567\u202c', '\u202a[PHONE_1]\u202c'],
    ['電話番号：０３－１２３４－５６７８', '電話番号：[PHONE_1]'],
    ['رقم +٤٩ ٣٠ ١٢٣٤٥٦٧', 'رقم [PHONE_1]'],
    ['me＠example．com', '[EMAIL_1]'],
  ])('finds %s, however blanks, marks and digits are written', (given, expected) => {
    expect(redact(given)).toBe(expected);
  });

  it.each([
    ['Telefonnummer: 0301234567', 'Telefonnummer: [PHONE_1]'],
    ['Handy 01511234567', 'Handy [PHONE_1]'],
    ['teléfono: 612345678, móvil 612 34 56 78', 'teléfono: [PHONE_1], móvil [PHONE_1]'],
    ['我的手机号是13812345678', '我的手机号是[PHONE_1]'],
    ['8 (916) 123-45-67', '[PHONE_1]'],
    ['mot de passe : Soleil123', 'mot de passe : [SECRET_1]'],
    ['contraseña: gato1234', 'contraseña: [SECRET_1]'],
    ['пароль: qwerty', 'пароль: [SECRET_1]'],
    ['密码：abc12345', '密码：[SECRET_1]'],
    ['my password is hunter2', 'my password is [SECRET_1]'],
    ['Das Passwort ist Sommer24', 'Das Passwort ist [SECRET_1]'],
  ])('finds what is named in other languages and in sentences: %s', (given, expected) => {
    expect(redact(given)).toBe(expected);
  });

  it('reads JSON within JSON, as arguments of tools are written, and leaves it JSON', () => {
    const inner = {
      password: 'hunter22',
      note: 'line\n4111111111111111\nme@example.com',
      api_key: 'a8Kd03jfLq92mZx7',
    };
    let text = JSON.stringify(inner);
    for (const depth of [1, 2, 3]) {
      const redacted = redact(text);
      expect(redacted).not.toMatch(/hunter22|4111|example|a8Kd/);
      let value: unknown = redacted;
      for (let level = 0; level < depth; level++) value = JSON.parse(value as string);
      expect(value).toMatchObject({ password: '[SECRET_1]' });
      text = JSON.stringify(text);
    }
  });

  it('gives the same value the same placeholder within a capture, however it is written', () => {
    const redaction = redactor.begin();
    expect(redaction('a@b.co and c@d.co')).toBe('[EMAIL_1] and [EMAIL_2]');
    expect(redaction('c＠d.co, 4111\u00a01111\u00a01111\u00a01111')).toBe('[EMAIL_2], [CARD_1]');
    expect(redaction('C@D.CO, 4111111111111111, 4111-1111-1111-1111')).toBe('[EMAIL_2], [CARD_1], [CARD_1]');
    expect(redactor.begin()('c@d.co')).toBe('[EMAIL_1]');
  });

  it('gives the same value the same placeholder in all captures where it has a key', () => {
    const [first, second, other] = ['k1', 'k1', 'k2'].map(key => createRedactor({ key }).begin()('x c@d.co'));
    expect(first).toMatch(/^x \[EMAIL_[0-9a-f]{16}\]$/);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    expect(withoutNumbers(first!)).toBe(withoutNumbers(redact('x c@d.co')));
  });

  it('replaces overlapping finds as one, so that no part is left', () => {
    const own = createRedactor({
      custom: [customDetector({ name: 'customer-number', pattern: 'K-[0-9]{4} [0-9]{4}' })],
    });
    expect(own.begin()('K-1234 4111 1111 1111 1111')).toBe('[CUSTOMER_NUMBER_1]');
  });

  it('refuses a pattern that it cannot run safely', () => {
    for (const pattern of ['(', '(?=a)', '(a)\\1', 'a*', 'x'.repeat(3_000)]) {
      expect(() => customDetector({ name: 'own', pattern })).toThrow(
        expect.objectContaining({ code: 'redaction-pattern-invalid' }),
      );
    }
  });
});
