import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import golden from '../fixtures/selective.json' with { type: 'json' };
import { auroc, estimateAuroc } from './auroc.ts';
import { answersForRisk, errorUpperBound, fewestAnswers, riskPValue } from './risk-bound.ts';
import { aurc, estimateAurc, riskCoverageCurve } from './risk-coverage.ts';

describe('the ranking of answers', () => {
  test('AUROC agrees with scikit-learn, ties included', () => {
    expect(auroc(golden.scores, golden.correct)).toBeCloseTo(golden.auroc, 12);
  });

  test('AURC agrees with its definition', () => {
    expect(aurc(golden.untied, golden.correct)).toBeCloseTo(golden.aurc, 12);
  });

  test('turning the scores round mirrors AUROC; a rising change of the scores leaves both as they are', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, sample => {
        const [scores, correct] = [sample.map(([score]) => score), sample.map(([, right]) => right)];
        const value = auroc(scores, correct);
        const turned = auroc(
          scores.map(score => -score),
          correct,
        );
        if (value === null) expect(turned).toBeNull();
        else expect(turned).toBeCloseTo(1 - value, 12);
        const curved = scores.map(score => Math.exp(score));
        expect(auroc(curved, correct)).toBe(value);
        expect(aurc(curved, correct)).toBe(aurc(scores, correct));
      }),
    );
  });

  test('without any order AURC is the share wrong', () => {
    const correct = golden.correct.slice(0, 60);
    const wrong = correct.filter(right => !right).length / 60;
    expect(aurc(new Array<number>(60).fill(1), correct)).toBeCloseTo(wrong, 12);
  });

  test('the curve ends with all rows answered and gives tied rows one point', () => {
    const curve = riskCoverageCurve([0.9, 0.5, 0.5, 0.1], [true, true, false, false]);
    expect(curve.map(({ answered, errors }) => [answered, errors])).toEqual([
      [1, 0],
      [3, 1],
      [4, 2],
    ]);
    expect(curve.at(-1)).toMatchObject({ coverage: 1, risk: 0.5 });
  });

  test('both have intervals about their value', () => {
    const options = { seed: 1, resamples: 300 };
    const area = estimateAuroc(golden.scores, golden.correct, options)!;
    expect(area.value).toBeCloseTo(golden.auroc, 12);
    expect(area.low).toBeLessThan(area.value);
    expect(area.high).toBeGreaterThan(area.value);
    expect(estimateAurc(golden.scores, golden.correct, options).n).toBe(160);
    expect(estimateAuroc([1, 2], [true, true], options)).toBeNull();
  });
});

describe('the bound of an error rate', () => {
  test.each(golden.bounds)('agrees with scipy: $errors of $n at $delta', ({ errors, n, delta, upper }) => {
    expect(errorUpperBound(errors, n, delta)).toBeCloseTo(upper, 10);
  });

  test.each(golden.pValues)('has scipy’s p-value: $errors of $n', ({ errors, n, alpha, pValue }) => {
    expect(riskPValue(errors, n, alpha)).toBeCloseTo(pValue, 10);
  });

  test('bound and p-value say the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 0.6, noNaN: true }),
        (n, share, alpha) => {
          const errors = Math.floor(share * n);
          const bound = errorUpperBound(errors, n, 0.05);
          if (Math.abs(bound - alpha) < 1e-9) return;
          expect(bound < alpha).toBe(riskPValue(errors, n, alpha) < 0.05);
        },
      ),
    );
  });

  test('59 right answers show five per cent at 95 %, 58 do not', () => {
    expect(fewestAnswers(0.05, 0.05)).toBe(59);
    expect(riskPValue(0, 59, 0.05)).toBeLessThanOrEqual(0.05);
    expect(riskPValue(0, 58, 0.05)).toBeGreaterThan(0.05);
  });

  test('the answers needed grow as the risk nears the bound, and never suffice above it', () => {
    const needed = [0, 0.01, 0.03, 0.045].map(risk => answersForRisk(risk, 0.05, 0.05)!);
    expect(needed[0]).toBe(59);
    for (let at = 1; at < needed.length; at++) expect(needed[at]).toBeGreaterThan(needed[at - 1]!);
    expect(riskPValue(Math.ceil(0.03 * needed[2]!), needed[2]!, 0.05)).toBeLessThanOrEqual(0.05);
    expect(answersForRisk(0.05, 0.05, 0.05)).toBeNull();
  });

  test('no answers show nothing', () => {
    expect(riskPValue(0, 0, 0.05)).toBe(1);
    expect(errorUpperBound(0, 0, 0.05)).toBe(1);
    expect(() => errorUpperBound(3, 2, 0.05)).toThrow(RangeError);
  });
});
