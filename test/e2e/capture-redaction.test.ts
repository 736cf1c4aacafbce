import { expect, it } from 'vitest';
import { customDetector } from '../../src/redaction/custom-pattern.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';

/** Pieces that, repeated, make patterns look again and again at what they have seen. */
const pieces = [
  'a',
  '1',
  '1 ',
  '1111 ',
  'a@',
  '@',
  '.',
  ':',
  'a.',
  'a-',
  'eyJ',
  'eyJa.',
  'eyJabcdefg.eyJ',
  'sk-',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  'password=',
  'token',
  'secret-',
  '://a:',
  '+1 ',
  '00',
  '0-',
  '(0',
  'DE89',
  'DE89 ',
  'AB12 ',
  '1.',
  '1:',
  'tel:',
  'x',
  '(2',
  '756.',
  'Bearer ',
  "'",
  '9-',
  'aa11',
];

it('redacts a megabyte in time that grows with its length alone, on text made to be slow', () => {
  const redactor = createRedactor({ custom: [customDetector({ name: 'own', pattern: '(x+x+)+y' })] });
  const secondsFor = (text: string): number => {
    const began = process.cpuUsage();
    redactor.begin()(text);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  const texts = pieces.map(piece => piece.repeat(Math.ceil((1 << 20) / piece.length)));
  // A detector that looks at n characters n times takes hours for this; all of them together take a second or two.
  const slow = texts.map(secondsFor).flatMap((seconds, index) => (seconds > 15 ? [pieces[index]] : []));
  expect(slow).toEqual([]);
});
