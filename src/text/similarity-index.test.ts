import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataError } from '../core/errors/index.ts';
import { buildSimilarityIndex, openSimilarityIndex, similarityDataSchema } from './similarity-index.ts';

const texts = [
  'hydraulic hose leaking at the pump',
  'pump bearing is overheating',
  'conveyor belt torn near the drive',
  'motor does not start after power loss',
];
const known = texts.map(text => ({ text, group: null }));

test('a known text is found, an unrelated one is far away, and what nobody said counts against a text', () => {
  const index = openSimilarityIndex(buildSimilarityIndex(known).data);
  for (const text of texts) expect(index.nearest(text)).toBeGreaterThan(0.95);
  expect(index.nearest('write me a poem about quantum gravity')).toBeLessThan(0.25);
  const near = index.nearest('hydraulic hose leaking');
  expect(near).toBeGreaterThan(0.5);
  expect(index.nearest('hydraulic hose leaking zyzzyva qwxyz')).toBeLessThan(near);
  expect(index.nearest('')).toBe(0);
});

test('the similarity lies in 0..1 for any text, and JSON brings the index back whole', () => {
  const { data } = buildSimilarityIndex(known);
  const index = openSimilarityIndex(data);
  const again = openSimilarityIndex(similarityDataSchema.parse(JSON.parse(JSON.stringify(data))));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
      const similarity = index.nearest(text);
      expect(similarity).toBeGreaterThanOrEqual(0);
      expect(similarity).toBeLessThanOrEqual(1);
      expect(again.nearest(text)).toBe(similarity);
    }),
    { numRuns: 40 },
  );
});

test('a held-out text is not found by itself nor by its group', () => {
  const twice = [
    { text: texts[0]!, group: 'a' },
    { text: texts[0]!, group: 'a' },
    { text: texts[1]!, group: null },
  ];
  const { heldOut } = buildSimilarityIndex(twice);
  expect(heldOut).toHaveLength(3);
  expect(Math.max(...heldOut)).toBeLessThan(0.5);
  const alone = buildSimilarityIndex(twice.map(({ text }) => ({ text, group: null })));
  expect(alone.heldOut[0]).toBeGreaterThan(0.95);
});

test('the index stays small, however many and long the texts', () => {
  const many = Array.from({ length: 2100 }, (_, row) => ({
    text: Array.from({ length: 24 }, (__, at) => `word${(row * 37 + at * at) % 9000}`).join(' '),
    group: null,
  }));
  const { data, heldOut } = buildSimilarityIndex(many);
  expect(heldOut).toHaveLength(2000);
  expect(JSON.stringify(data).length).toBeLessThan(2_200_000);
}, 30_000);

test('an index that was tampered with is refused', () => {
  const { data } = buildSimilarityIndex(known);
  expect(() => openSimilarityIndex({ ...data, texts: 1 })).toThrow(DataError);
  expect(() => openSimilarityIndex({ ...data, offsets: data.counts })).toThrow(DataError);
  expect(() => openSimilarityIndex({ ...data, weights: '' })).toThrow(DataError);
  expect(similarityDataSchema.safeParse({ ...data, hashes: '!' }).success).toBe(false);
});
