import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escalationReasons, type PolicyInput } from '../../core/cascade.ts';
import { buildSimilarityIndex } from '../../text/similarity-index.ts';
import { createCascadePolicy } from './policy.ts';

const index = buildSimilarityIndex([{ text: 'pump leaks', group: null }]).data;
const calibration = {
  score: {
    kind: 'single' as const,
    signals: [{ name: 'probability', transform: 'none' as const, centre: 0, scale: 1, weight: 1 }],
    intercept: 0,
  },
  calibrator: { kind: 'platt' as const, slope: 4, intercept: -2 },
  local: { kind: 'above' as const, score: 0.8 },
  escalateLowConfidence: true,
  scope: { threshold: 0.3, share: 0.01, index },
  auditShare: 0.1,
};
const sure: PolicyInput = {
  signals: { probability: 0.9, similarity: 0.9 },
  valid: true,
  failure: null,
  draw: 0.5,
};

describe('the policy', () => {
  const policy = createCascadePolicy(calibration);

  test.each([
    ['a sure answer stays local', sure, null],
    ['an unsure one', { ...sure, signals: { probability: 0.8, similarity: 0.9 } }, 'low-confidence'],
    ['one that breaks its schema', { ...sure, valid: false }, 'invalid-output'],
    [
      'a request unlike all training inputs',
      { ...sure, signals: { probability: 0.99, similarity: 0.1 } },
      'out-of-scope',
    ],
    ['no answer', { ...sure, failure: 'specialist-failed' }, 'specialist-failed'],
    ['a late answer', { ...sure, failure: 'too-slow' }, 'too-slow'],
    ['the random share', { ...sure, draw: 0.05 }, 'audit-sample'],
    ['an answer nothing is known of', { ...sure, signals: {} }, 'low-confidence'],
  ] as const)('%s', (_name, input, reason) => {
    const decision = policy.decide(input);
    expect(decision.reason).toBe(reason);
    expect(decision.route).toBe(reason === null ? 'local' : 'large');
  });

  test('says how sure it is wherever there is a score, also of what it escalates', () => {
    const confidence = 1 / (1 + Math.exp(-(4 * 0.9 - 2)));
    expect(policy.decide(sure).confidence).toBeCloseTo(confidence, 12);
    expect(policy.decide({ ...sure, valid: false }).confidence).toBeCloseTo(confidence, 12);
    expect(policy.decide({ ...sure, failure: 'too-slow' }).confidence).toBeNull();
    expect(policy.decide({ ...sure, signals: { probability: null } }).confidence).toBeNull();
  });

  test('is right of what comes first: an invalid unsure answer is invalid', () => {
    expect(policy.decide({ ...sure, valid: false, signals: { probability: 0.1 } }).reason).toBe(
      'invalid-output',
    );
  });

  test('without a similarity the scope is not judged', () => {
    expect(policy.decide({ ...sure, signals: { probability: 0.9, similarity: null } }).route).toBe('local');
  });

  test('answers nothing, everything, or keeps what is unsure, as calibrated', () => {
    const unsure = { ...sure, signals: { probability: 0.1, similarity: 0.9 } };
    const with_ = (change: object) => createCascadePolicy({ ...calibration, ...change });
    expect(with_({ local: { kind: 'none' } }).decide(sure).reason).toBe('low-confidence');
    expect(with_({ local: { kind: 'all' } }).decide(unsure).route).toBe('local');
    expect(with_({ escalateLowConfidence: false }).decide(unsure).route).toBe('local');
    expect(with_({ escalateLowConfidence: false }).decide({ ...unsure, valid: false }).route).toBe('large');
  });

  test('the share of audits can be set by the caller', () => {
    expect(createCascadePolicy(calibration, { auditShare: 0 }).decide({ ...sure, draw: 0 }).route).toBe(
      'local',
    );
    expect(createCascadePolicy(calibration, { auditShare: 1 }).decide({ ...sure, draw: 0.99 }).reason).toBe(
      'audit-sample',
    );
  });

  test('gives the same answer twice, a reason exactly for what leaves, and never a surer answer a worse route', () => {
    const signal = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        signal,
        signal,
        fc.constantFrom(true, false, null),
        fc.constantFrom(null, 'specialist-failed' as const, 'too-slow' as const),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (probability, similarity, valid, failure, draw) => {
          const input = { signals: { probability, similarity }, valid, failure, draw };
          const decision = policy.decide(input);
          expect(policy.decide(input)).toEqual(decision);
          expect(decision.reason === null).toBe(decision.route === 'local');
          if (decision.reason !== null) expect(escalationReasons).toContain(decision.reason);
          if (decision.route === 'local')
            expect(policy.decide({ ...input, signals: { probability: 1, similarity } }).route).toBe('local');
        },
      ),
    );
  });
});
