import { expect, test } from 'vitest';
import { merged, situationOf, type Written } from '../fixtures/situations.ts';
import { decide } from './decide.ts';
import { ordinary } from './fixtures/cases/case.ts';

const stepWith = (data: Written, more: Written = {}) =>
  decide(situationOf(merged(merged(ordinary, { data }), more))).nextStep;

test('few good rows are made more by labelling', () => {
  expect(stepWith({ labelledRows: 200, labelAgreement: 0.95 })).toEqual({
    id: 'label-rows',
    text: 'Label about 800 more rows (about $178.89 at $0.224 a row), then run `stepdown run` and this again.',
    costUsd: expect.closeTo(178.89, 2),
  });
});

test('rows that count less as people disagree want better labels, and then count in full', () => {
  expect(stepWith({ labelledRows: 5000, labelAgreement: 0.75 })).toMatchObject({
    id: 'correct-labels',
    text: expect.stringContaining(
      'agree on 90 %, the 5,000 rows count in full; at 75 % it would take 5,000 more like these.',
    ),
  });
  expect(
    decide(situationOf(merged(ordinary, { data: { labelledRows: 5000, labelAgreement: 0.9 } }))).verdict,
  ).toBe('cascade');
});

test('where nobody has said how good enough rows are, a second opinion on a hundred is cheaper than more', () => {
  expect(stepWith({ labelledRows: 2000, labelAgreement: 'unknown' })).toMatchObject({
    id: 'measure-agreement',
    costUsd: expect.closeTo(22.36, 2),
  });
});

test('rows that nobody can label are not asked for, where a specialist is the only way', () => {
  const inside = { regulation: { dataMayLeave: 'no' } };
  expect(stepWith({ labelledRows: 100, canLabelMore: 'no' }, inside).id).toBe('try-untrained');
  expect(stepWith({ labelledRows: 100, canLabelMore: 'unknown' }, inside).id).toBe('label-rows');
});

test('calls that nobody has counted are counted first', () => {
  expect(decide(situationOf({ task: { kind: 'classify' } })).nextStep.id).toBe('count-calls');
});
