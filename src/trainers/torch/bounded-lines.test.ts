import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedLines } from './bounded-lines.ts';

function lines(limit: number, chunks: readonly string[]): (string | null)[] {
  const seen: (string | null)[] = [];
  const reader = new BoundedLines(limit, line => seen.push(line));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return seen;
}

test('lines are whole wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z{}",:]{1,20}$/)),
      fc.integer({ min: 1, max: 7 }),
      (texts, size) => {
        const text = texts.map(line => `${line}\n`).join('');
        const chunks = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
        expect(lines(100, chunks)).toEqual(texts);
      },
    ),
  );
});

test('a line over the limit is handed over as null once and the next line is read again', () => {
  expect(lines(5, ['abc', 'defgh', 'ijk', '\nok\n'])).toEqual([null, 'ok']);
});

test('Windows line ends are taken off and empty lines are skipped', () => {
  expect(lines(10, ['a\r\n\n\nb'])).toEqual(['a', 'b']);
});
