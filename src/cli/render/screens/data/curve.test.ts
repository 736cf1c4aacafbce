import { describe, expect, it } from 'vitest';
import type { LearningCurveView, RowsNeededView } from '../../../../app/app.ts';
import { createScreen } from '../../screen.ts';
import { visibleLength } from '../../text.ts';
import { curveScreen } from './curve.ts';
import { rowsNeededScreen } from './rows-needed.ts';

const screen = (columns: number) => createScreen({ columns, colour: false });
const tooWide = (text: string, columns: number) =>
  text.split('\n').filter(line => visibleLength(line) > columns);
const estimate = (value: number, spread = 0.0123) => ({
  value,
  low: value - spread,
  high: value + spread,
  n: 1_234_567,
  method: 'bootstrap',
  confidence: 0.95,
});
const sizes = [1234, 12_345, 123_456, 1_234_567];
const curve: LearningCurveView['cheap'] = {
  schemaVersion: 1,
  taskKind: 'extract',
  model: {
    id: 'token-lookup',
    title: 'Looks words up that stood in a field, with the field that they stood in most',
  },
  metric: 'fieldExactMatch',
  rows: 2_469_134,
  points: sizes.map((rows, at) => ({ rows, score: estimate(0.7 + at / 20), fits: 100 })),
  fit: {
    asymptote: estimate(0.9),
    amplitude: 1234.5,
    exponent: 0.45,
    now: estimate(0.86),
    doubled: estimate(0.87),
    gain: estimate(0.01),
    band: sizes.map((rows, at) => ({ rows, value: 0.7 + at / 20, low: 0.6 + at / 20, high: 0.8 + at / 20 })),
  },
  notFitted: null,
  target: {
    score: 0.89,
    outcome: 'rows',
    rows: { value: 9_876_543, low: 1_234_567, high: null },
    explanation: 'About 9,876,543 rows reach 0.89 (1,234,567 to more than can be told); you have 2,469,134.',
  },
  isCheapModel: true,
  method: 'bootstrap',
  seed: 1,
};
const view: LearningCurveView = {
  schemaVersion: 1,
  source: { file: `${'tickets-of-the-service-desk-'.repeat(2)}2026.jsonl`, datasetHash: null },
  runId: '2026-11-24T00-00-00Z-curve-abcdef',
  cheap: curve,
  specialist: { ...curve, isCheapModel: false, fit: null, notFitted: 'the score falls with more rows' },
};

describe('learning curves on a screen', () => {
  it.each([80, 100])('keep within %d columns, with every number whole', columns => {
    const text = curveScreen(screen(columns), view);
    expect(tooWide(text, columns)).toEqual([]);
    expect(text).not.toContain('…');
    for (const rows of sizes) expect(text).toContain(` ${rows.toLocaleString('en-US')} `);
    for (const { score } of curve.points)
      expect(text).toContain(
        `${score.value.toFixed(3)}  [${score.low.toFixed(3)}, ${score.high.toFixed(3)}]`,
      );
    expect(text.replaceAll(/\s+/g, ' ')).toContain('9,876,543 rows reach 0.89 (1,234,567 to');
    expect(text).toContain('No curve: the score falls with more rows');
  });
});

describe('the test rows that are needed on a screen', () => {
  const rowsNeeded: RowsNeededView = {
    difference: 0.0005,
    margin: 0.0005,
    score: 0.857,
    isScoreAssumed: true,
    power: 0.95,
    confidence: 0.95,
    cases: (['alike', 'typical', 'independent', 'stated'] as const).map(assumption => ({
      assumption,
      agreement: 0.987,
      rows: 123_456_789,
      gateRows: 987_654_321,
      present: { difference: 0.012, margin: 0.034 },
    })),
    testSet: { rows: 1_234_567, groups: 123_456 },
  };

  it.each([80, 100])('keep within %d columns, with every number whole', columns => {
    for (const testSet of [rowsNeeded.testSet, null]) {
      const text = rowsNeededScreen(screen(columns), { ...rowsNeeded, testSet });
      expect(tooWide(text, columns)).toEqual([]);
      expect(text).not.toContain('…');
      expect(text.match(/123,456,789/g)).toHaveLength(4);
      expect(text.match(/987,654,321/g)).toHaveLength(4);
      if (testSet !== null) expect(text).toContain('1,234,567 test rows in 123,456 groups');
    }
  });
});
