import { expect, test } from 'vitest';
import { measureForgetting, type Probe, readProbe } from './forgetting.ts';

const options = { confidence: 0.95, resamples: 400, seed: 1 };
const probe = (choices: number[]): Probe => ({
  name: 'questions',
  version: 1,
  questions: choices.map((count, at) => ({
    id: `${at}`,
    question: 'Which?',
    choices: Array.from({ length: count }, (_, choice) => `choice ${choice}`),
    answer: 0,
  })),
});
const around = (mean: number) => Array.from({ length: 100 }, (_, at) => mean + (at % 2 === 0 ? 0.1 : -0.1));

test('a base that knows more than chance can be seen to forget', () => {
  const found = measureForgetting(probe(Array(100).fill(4)), around(0.6), around(0.4), options);
  expect(found).toMatchObject({ chance: 0.25, informative: true });
  expect(found.delta.high).toBeLessThan(0);
});

test('a base whose interval reaches down to chance, or that is below it, shows little', () => {
  for (const mean of [0.25, 0.26, 0.2])
    expect(
      measureForgetting(probe(Array(100).fill(4)), around(mean), around(0.25), options).informative,
    ).toBe(false);
  expect(measureForgetting(probe(Array(100).fill(4)), around(0.29), around(0.29), options).informative).toBe(
    true,
  );
});

test('chance is that of the questions asked, also where they have different numbers of choices', () => {
  const mixed = [...Array(50).fill(2), ...Array(50).fill(4)];
  expect(measureForgetting(probe(mixed), around(0.4), around(0.4), options)).toMatchObject({
    chance: 0.375,
    informative: true,
  });
  expect(measureForgetting(probe(mixed), around(0.38), around(0.4), options).informative).toBe(false);
});

test('the shipped questions have one right choice among different ones', async () => {
  const { questions } = await readProbe(1000);
  expect(questions.length).toBeGreaterThanOrEqual(160);
  for (const { choices, answer } of questions) {
    expect(new Set(choices).size).toBe(choices.length);
    expect(choices[answer]).toBeTruthy();
  }
});
