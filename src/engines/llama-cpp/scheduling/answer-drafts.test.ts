import { expect, test } from 'vitest';
import { AnswerDrafts } from './answer-drafts.ts';

function taught(...answers: (readonly number[])[]): AnswerDrafts {
  const drafts = new AnswerDrafts();
  for (const answer of answers) drafts.learn(answer);
  return drafts;
}
const times = (count: number, answer: readonly number[]) => Array.from({ length: count }, () => answer);

test('an answer that was given several times is drafted to its end', () => {
  const drafts = taught(...times(9, [5, 6, 7, 8]), ...times(9, [1, 2]));
  expect(drafts.draft([5], 10)).toEqual([6, 7]);
  expect(drafts.draft([5], 1)).toEqual([6]);
  expect(drafts.draft([5, 6, 7], 10)).toEqual([8]);
  expect(drafts.draft([5, 6, 7, 8], 10)).toEqual([]);
});

test('a draft ends where it would hold in less than four of five answers', () => {
  expect(taught(...times(3, [5, 6])).draft([5], 10)).toEqual([]);
  expect(taught(...times(4, [5, 6])).draft([5], 10)).toEqual([6]);
  expect(taught(...times(8, [5, 6]), ...times(2, [5, 7])).draft([5], 10)).toEqual([]);
  // 19 of 20 at each token, so after four of them 0.81 holds.
  expect(taught(...times(19, [1, 2, 3, 4, 5, 6, 7])).draft([1], 10)).toEqual([2, 3, 4, 5]);
});

test('parts that answers share are drafted, whatever stood before them', () => {
  const drafts = taught(...[1, 2, 3, 4, 5].map(value => [value, 10, 11, 12, 13]));
  expect(drafts.draft([99, 10, 11, 12], 10)).toEqual([13]);
  expect(drafts.draft([99], 10)).toEqual([]);
});

test('nothing is drafted before anything was learned, and none where there is no room', () => {
  expect(new AnswerDrafts().draft([1], 10)).toEqual([]);
  expect(taught(...times(20, [1, 2])).draft([1], 0)).toEqual([]);
  expect(taught(...times(20, [1, 2])).draft([1], -1)).toEqual([]);
});

test('ever new answers do not fill the memory', () => {
  const drafts = new AnswerDrafts();
  for (let answer = 0; answer < 4; answer += 1)
    drafts.learn(Array.from({ length: 30_000 }, (_, position) => answer * 30_000 + position));
  expect(drafts.draft([100, 101, 102], 10)).toEqual([]);
  expect(drafts.size).toBeLessThanOrEqual(65_536);
});
