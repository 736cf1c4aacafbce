import { expect, it } from 'vitest';
import { sameAnswer } from './same-answer.ts';

it('compares JSON by value and text without white space around it', () => {
  expect(sameAnswer('{"a": 1, "b": 2}', '{"b":2,"a":1}')).toBe(true);
  expect(sameAnswer('Leaking\n', 'Leaking')).toBe(true);
  expect(sameAnswer('Leaking', 'leaking')).toBe(false);
});
