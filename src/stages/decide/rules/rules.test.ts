import { describe, expect, test } from 'vitest';
import { merged, situationOf, type Written } from '../fixtures/situations.ts';
import { decide } from '../verdict/decide.ts';
import { ordinary } from '../verdict/fixtures/cases/case.ts';

const decided = (change: Written) => decide(situationOf(merged(ordinary, change)));
const ids = (said: readonly { readonly rule: string }[]) => said.map(({ rule }) => rule);

describe('a large model on machines of one’s own', () => {
  const house = { incumbent: { where: 'on-premises', model: undefined, priceChangePerYear: 'unknown' } };
  const few = { traffic: { callsPerDay: 300, latencyMs: 5000 }, regulation: { dataMayLeave: 'no' } };

  test('has no vendor, no price list and no cloud’s latency', () => {
    const decision = decided(merged(house, few));
    expect(decision.verdict).toBe('keep-large-model');
    expect(ids(decision.risks)).toContain('own-price-unknown');
    expect(ids(decision.risks)).not.toContain('vendor-price');
    expect(ids(decision.risks)).not.toContain('price-unknown');
    expect(ids(decision.reasons)).not.toContain('cloud-latency');
    expect(decision.assumptions.find(({ key }) => key === 'incumbent.priceChangePerYear')).toMatchObject({
      range: { low: 0, high: 0 },
      source: expect.stringContaining('incumbent.where'),
    });
  });

  test('and no unknown price where it is stated', () => {
    const stated = decided(merged(house, { incumbent: { price: { input: 1, output: 2 } } }));
    expect(ids(stated.risks)).not.toContain('own-price-unknown');
  });
});

test('a region that the provider is not known to be in is named as a risk', () => {
  const inEu = { regulation: { dataMayLeave: 'region-only', region: 'eu' } };
  const text = decided(inEu).risks.find(({ rule }) => rule === 'region-unknown')?.text;
  expect(text).toBe(
    'Data must stay in eu, and nobody has said where the large model runs. If elsewhere, that decides alone.',
  );
  expect(ids(decided(merged(inEu, { incumbent: { region: 'eu' } })).risks)).not.toContain('region-unknown');
  expect(ids(decided({}).risks)).not.toContain('region-unknown');
});

describe('documents that answers stand in', () => {
  const documents = { task: { kind: 'generate', documents: 300 } };

  test('mean retrieval, and what that costs speaks against it', () => {
    const decision = decided(documents);
    expect(decision.verdict).toBe('large-model-with-retrieval');
    const costs = decision.against.find(({ rule }) => rule === 'retrieval-costs')!;
    const { per1kRequestsUsd, savingUsd } = decision.cost['large-model-with-retrieval'];
    expect(costs.numbers).toMatchObject({ own: per1kRequestsUsd.value, extra: -savingUsd.value });
    expect(ids(decision.reasons)).not.toContain('answers-in-documents');
  });

  test('speak against a specialist that only the law chooses', () => {
    const decision = decided(merged(documents, { regulation: { dataMayLeave: 'no' } }));
    expect(decision.verdict).toBe('own-specialist');
    expect(ids(decision.against)).toContain('answers-in-documents');
    expect(ids(decided({}).against)).not.toContain('answers-in-documents');
  });
});
