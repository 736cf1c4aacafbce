import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerText } from './answer-text.ts';

function feed(bytes: Uint8Array, sizes: readonly number[], stop: string[]) {
  const answer = new AnswerText(stop);
  let shown = '';
  let at = 0;
  for (let turn = 0; at < bytes.length && !answer.stopped; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    shown += answer.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { shown: shown + answer.end(), text: answer.text };
}

test('shows the text up to the first stop string however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
      (text, sizes) => {
        const wanted = text.split('END')[0]!;
        const { shown, text: kept } = feed(Buffer.from(`${text}ENDmore`), sizes, ['END']);
        expect(shown).toBe(wanted);
        expect(kept).toBe(wanted);
      },
    ),
  );
});

test('holds back what may begin a stop string, and shows it when it does not', () => {
  const answer = new AnswerText(['<|im_end|>']);
  expect(answer.push(Buffer.from('a <|im'))).toBe('a ');
  expect(answer.push(Buffer.from('possible'))).toBe('<|impossible');
  expect(answer.stopped).toBe(false);
});
