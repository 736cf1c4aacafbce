import { expect, test } from 'vitest';
import { figures, shownFigures } from './figures.ts';
import { noEvidence } from './situation/evidence.ts';

test('every figure of the field is there with its range and unit, and none besides', () => {
  expect(figures.map(({ id, low, high, unit }) => [id, low, high, unit])).toEqual([
    ['lora-quality', 0.9, 0.95, 'share of the quality'],
    ['lora-memory', 10, 20, 'times less memory'],
    ['qlora-quality', 0.8, 0.9, 'share of the quality'],
    ['qlora-memory', 5, 15, 'GB'],
    ['quantization-loss', 0.01, 0.03, 'share of the quality'],
    ['training-run-cost', 10, 30, 'USD a run'],
    ['cpu-tokens-per-second', 10, 30, 'tokens/s'],
    ['serving-memory', 8, 12, 'GB'],
    ['functional-rows', 1000, 1000, 'rows'],
    ['production-rows', 10_000, 100_000, 'rows'],
    ['good-beats-many', 500, 500, 'rows'],
    ['documents-mean-retrieval', 200, 500, 'documents'],
    ['calls-that-pay', 1000, 10_000, 'calls a day'],
    ['local-latency', 100, 999, 'requests at once'],
    ['cloud-latency', 2, 5, 's'],
  ]);
});

test('a figure is shown as such until something was measured', () => {
  for (const { measured, source, date } of shownFigures(noEvidence)) {
    expect(measured).toBeNull();
    expect(source).toContain('rule of thumb of the field');
    expect(date).toMatch(/^20\d\d-\d\d$/);
  }
});
